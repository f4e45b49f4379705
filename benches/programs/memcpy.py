b = bytearray(64 << 20)
# ---
for _ in range(10):
    c = b[:]
