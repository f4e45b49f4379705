import sys
sys.set_int_max_str_digits(0)
x = pow(7, 40_000)
# ---
for _ in range(8):
    str(x)
