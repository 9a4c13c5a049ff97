# The exporter's image. There are two ways to get the binary.
#
# Build it from the sources, with network access:
#
#   docker build --tag export_status_exporter .
#
# Or take it from a release's tarballs, for several architectures. This needs no network access once you have the base image:
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg BINARY_FROM=release --file Dockerfile dist
#
# (dist contains export_status_exporter-*.linux-amd64.tar.gz and so on, of one version.)
#
# Base images are pinned by tag. A release should pin them by digest: append the digest that
# `docker buildx imagetools inspect IMAGE` prints, as in gcr.io/distroless/static-debian12:nonroot@sha256:...
ARG BINARY_FROM=source

FROM --platform=$BUILDPLATFORM golang:1.26.8 AS source
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
# The Makefile uses these, because there is no git here.
ARG VERSION=unknown REVISION=unknown BRANCH=unknown BUILDDATE=unknown
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH make build && \
    install -D -t /unpacked/source export_status_exporter LICENSE NOTICE

FROM scratch AS release
ARG TARGETOS TARGETARCH
# ADD unpacks the tarball.
ADD export_status_exporter-*.${TARGETOS}-${TARGETARCH}.tar.gz /unpacked/

FROM ${BINARY_FROM} AS binary

# The base image has no shell or package manager, but CA certificates, time zones and the user nonroot.
FROM gcr.io/distroless/static-debian12:nonroot
ARG VERSION=unknown REVISION=unknown
LABEL org.opencontainers.image.title="export_status_exporter" \
      org.opencontainers.image.description="Prometheus exporter for the state of data exports" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=binary /unpacked/*/LICENSE /unpacked/*/NOTICE /usr/share/doc/export_status_exporter/
COPY --from=binary /unpacked/*/export_status_exporter /bin/export_status_exporter
ENV EXPORT_STATUS_EXPORTER_CONFIG_FILE=/etc/export_status_exporter/export_status_exporter.yml
# A number, because Kubernetes cannot tell from a name that the user is not root.
USER 65532:65532
EXPOSE 10917
# The check uses the program's listen address, and https if its web configuration has TLS. Change them with the variables
# EXPORT_STATUS_EXPORTER_WEB_LISTEN_ADDRESS and EXPORT_STATUS_EXPORTER_WEB_CONFIG_FILE, which both read, and not on the command line.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["/bin/export_status_exporter", "--health"]
ENTRYPOINT ["/bin/export_status_exporter"]
