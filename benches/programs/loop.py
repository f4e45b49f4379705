# ---
x = 0
for i in range(4_000_000):
    x += i
