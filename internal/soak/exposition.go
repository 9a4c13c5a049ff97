package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// families parses an exposition and hands out its families one by one, so that
// a whole one is never held in memory in its parsed form.
func families(body []byte, header http.Header, each func(*dto.MetricFamily)) error {
	format := expfmt.ResponseFormat(header)
	if mediaType, _, err := mime.ParseMediaType(header.Get("Content-Type")); err == nil && mediaType == expfmt.OpenMetricsType {
		format = expfmt.NewFormat(expfmt.TypeOpenMetrics)
	}
	switch format.FormatType() {
	case expfmt.TypeTextPlain:
		return textFamilies(body, each)
	case expfmt.TypeOpenMetrics:
		text, err := fromOpenMetrics(body)
		if err != nil {
			return err
		}
		return textFamilies(text, each)
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

// fromOpenMetrics returns the same in the classic text format, for which there
// is a parser: there, a counter's family has the name of its samples, nothing
// marks the end, and units are not written.
func fromOpenMetrics(body []byte) ([]byte, error) {
	body, whole := bytes.CutSuffix(body, []byte("# EOF\n"))
	if !whole {
		return nil, errors.New("does not end with # EOF")
	}
	text := make([]byte, 0, len(body)+len(body)/64)
	var help []byte // the HELP line waits for the TYPE line after it
	for line := range bytes.Lines(body) {
		switch {
		case bytes.HasPrefix(line, []byte("# HELP ")):
			help = line
		case bytes.HasPrefix(line, []byte("# TYPE ")) && bytes.HasSuffix(line, []byte(" counter\n")):
			name := bytes.Fields(line)[2]
			total := append(bytes.Clone(name), "_total"...)
			text = append(text, bytes.Replace(help, name, total, 1)...)
			text = append(text, bytes.Replace(line, name, total, 1)...)
		case bytes.HasPrefix(line, []byte("# TYPE ")):
			text = append(append(text, help...), line...)
		case bytes.HasPrefix(line, []byte("# UNIT ")):
		default:
			text = append(text, line...)
		}
	}
	return text, nil
}
