import json
text = json.dumps([{'a': i, 'b': [1.5, 2.5, 'x' * 10]} for i in range(20_000)])
# ---
for _ in range(3):
    json.loads(text)
