print({'some', 'words', 'in', 'a', 'set'}, {1.5, 'x', None, (1, 2)}, hash('x'), hash(b'y'), hash((1, 'z')))
print(object(), id([]), {id: 1}, set(map(str, range(30))))
