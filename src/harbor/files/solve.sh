#!/bin/bash
# The reference: its functions, and the numbers that its commands print.
set -e
cp -r /solution/code/. /app
cd /app
python /solution/report.py
