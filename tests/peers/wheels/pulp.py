import pulp, os
p = pulp.LpProblem("mix", pulp.LpMinimize); x, y = pulp.LpVariable("x", 0, 10), pulp.LpVariable("y", 0, cat="Integer"); p += 2 * x + 3 * y; p += x + y >= 4.5, "need"; p += x <= 3
print(p, pulp.value(p.objective)); p.writeLP("m.lp"); print(open("m.lp").read()); p.writeMPS("m.mps"); print(os.path.getsize("m.mps"), pulp.LpProblem.from_dict(p.to_dict())[1].name)
