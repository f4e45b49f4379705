import pygad, numpy as np
g = pygad.GA(num_generations=30, num_parents_mating=4, fitness_func=lambda ga, s, i: 1 / (abs(np.sum(s * [4, -2, 3.5]) - 44) + 1e-6), sol_per_pop=10, num_genes=3, random_seed=2, suppress_warnings=True)
g.run(); s, f, _ = g.best_solution(); print(s, f, g.generations_completed); g.save("ga"); print(pygad.GA.__name__, len(g.best_solutions_fitness))
