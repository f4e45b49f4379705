# ---
d = {}
for i in range(300_000):
    key = 'k%d' % (i % 5000)
    d[key] = d.get(key, 0) + i
