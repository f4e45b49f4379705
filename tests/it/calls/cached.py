# --- reference
from functools import cached_property

class Tree:
    def __init__(self, leaves):
        self.leaves = leaves
    @cached_property
    def sizes(self):
        return [len(leaf) for leaf in self.leaves]

def longest(tree):
    return max(tree.sizes)

def number(tree):
    return len(tree.leaves)

def grow(tree):
    tree.sizes.append(1)

def label(tree):
    tree.label = "a"
# --- candidate
from functools import cached_property

class Tree:
    def __init__(self, leaves):
        self.leaves = leaves
    @cached_property
    def sizes(self):
        return [len(leaf) for leaf in self.leaves]

def longest(tree):
    return max(len(leaf) for leaf in tree.leaves)

def number(tree):
    return len(tree.sizes)

def grow(tree):
    tree.sizes.append(2)

def label(tree):
    tree.label = tree.name = "a"
# --- run
from m import Tree, grow, label, longest, number
print(longest(Tree(["a", "bc"])), number(Tree(["a"])), grow(Tree(["a"])), label(Tree([])))
