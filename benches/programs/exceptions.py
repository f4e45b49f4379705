# ---
for i in range(200_000):
    try:
        raise ValueError(i)
    except ValueError:
        pass
