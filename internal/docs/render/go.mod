module export_status_exporter/internal/docs/render

go 1.26

require github.com/yuin/goldmark v1.8.6
