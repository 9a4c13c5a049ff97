package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// families parses an exposition and hands out its families one by one, so that
// a whole one is never held in memory in its parsed form.
func families(body []byte, header http.Header, each func(*dto.MetricFamily)) error {
	switch format := expfmt.ResponseFormat(header); format.FormatType() {
	case expfmt.TypeTextPlain:
		return textFamilies(body, each)
	case expfmt.TypeProtoDelim:
		decoder := expfmt.NewDecoder(bufio.NewReader(bytes.NewReader(body)), format)
		for {
			var family dto.MetricFamily
			if err := decoder.Decode(&family); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return fmt.Errorf("not protobuf: %w", err)
			}
			each(&family)
		}
	default:
		return fmt.Errorf("unexpected content type %q", header.Get("Content-Type"))
	}
}

// textFamilies cuts a text at its HELP lines, of which each family has one.
func textFamilies(body []byte, each func(*dto.MetricFamily)) error {
	begin := []byte("# HELP ")
	if !bytes.HasPrefix(body, begin) || !bytes.HasSuffix(body, []byte("\n")) {
		return errors.New("does not begin with a HELP line or ends within a line")
	}
	for len(body) > 0 {
		end := len(body)
		if next := bytes.Index(body, append([]byte("\n"), begin...)); next >= 0 {
			end = next + 1
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		parsed, err := parser.TextToMetricFamilies(bytes.NewReader(body[:end]))
		if err != nil {
			return fmt.Errorf("not an exposition: %w", err)
		}
		if len(parsed) != 1 {
			return fmt.Errorf("%d families under one HELP line", len(parsed))
		}
		for _, family := range parsed {
			each(family)
		}
		body = body[end:]
	}
	return nil
}
