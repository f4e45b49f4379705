import numpy as np, pint
u = pint.UnitRegistry(); q = 3 * u.km / (2 * u.hour)
print(q.to("m/s"), q.to_base_units(), (u.Quantity(25, "degC")).to("kelvin"), q.dimensionality, np.sqrt(u.Quantity(np.array([4.0, 9.0]), "m^2")), f"{q:~P}", u.Quantity("3 inch").to("cm"), u.parse_expression("5 N m").to("J"))
for wrong in (lambda: q + 1 * u.kg, lambda: q.to("s"), lambda: u.nonsense):
    try: wrong()
    except (pint.DimensionalityError, pint.UndefinedUnitError) as e: print(type(e).__name__, e)
