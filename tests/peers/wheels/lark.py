from lark import Lark, Transformer, v_args, UnexpectedInput
G = r"""
?start: sum
?sum: term | sum "+" term -> add | sum "-" term -> sub
?term: atom | term "*" atom -> mul
?atom: NUMBER -> number | "-" atom -> neg | "(" sum ")"
%import common.NUMBER
%import common.WS_INLINE
%ignore WS_INLINE
"""
@v_args(inline=True)
class Calc(Transformer):
    from operator import add, sub, mul, neg
    number = float
for parser in ("lalr", "earley"):
    p = Lark(G, parser=parser); print(Calc().transform(p.parse("1 + 2 * -(3 - 5)")), p.parse("1+2*3").pretty())
    try: p.parse("1 + + 2")
    except UnexpectedInput as e: print("unexpected", e.column)
