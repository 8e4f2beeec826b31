#!/usr/bin/env bash
# Spark's discovery script for GPUs: prints their indices as the resource "gpu".
set -euo pipefail
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -sd, -)
echo "{\"name\":\"gpu\",\"addresses\":[$addresses]}"
