"""The text of /workspace/paper.pdf, page by page, as a JSON list."""

import json
import logging
import sys

logging.disable()
from pypdf import PdfReader

json.dump([page.extract_text() for page in PdfReader("/workspace/paper.pdf").pages], sys.stdout)
