"""Reads OpenMetrics on standard input by prometheus_client's strict parser, and
prints how many samples there are."""

import sys

from prometheus_client.openmetrics.parser import text_fd_to_metric_families

print(sum(len(family.samples) for family in text_fd_to_metric_families(sys.stdin)))
