import attr, attrs
@attrs.define
class P:
    x: int = attrs.field(converter=int, validator=attrs.validators.ge(0))
    y: list = attrs.Factory(list)
@attrs.frozen(order=True)
class F: a: int; b: str = "q"
print(P("3"), attrs.asdict(P(1)), F(1) < F(2), attrs.evolve(F(1), b="z"), hash(F(1)) == hash(F(1)))
for wrong in (lambda: P(-1), lambda: setattr(F(1), "a", 2), lambda: P()):
    try: wrong()
    except (ValueError, attr.exceptions.FrozenInstanceError, TypeError) as e: print(type(e).__name__)
