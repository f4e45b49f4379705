import re
text = 'abc123 ' * 20_000
# ---
for _ in range(8):
    re.findall(r'[a-z]+(\d+)', text)
