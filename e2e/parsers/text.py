"""Reads Prometheus' text format on standard input by prometheus_client's parser,
and prints how many samples there are."""

import sys

from prometheus_client.parser import text_fd_to_metric_families

print(sum(len(family.samples) for family in text_fd_to_metric_families(sys.stdin)))
