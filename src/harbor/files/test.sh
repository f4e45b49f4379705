#!/bin/bash
# Writes /logs/verifier/reward.txt, reward.json and details.json.
cd /
python /tests/verify.py /app /logs/verifier
