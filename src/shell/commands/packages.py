import importlib.metadata, json, re, sys


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


found = {plain(d.metadata["Name"]): d for d in importlib.metadata.distributions()}
known = [(d.metadata["Name"], d.version) for _, d in sorted(found.items())]
what, names = sys.argv[1], sys.argv[2:]
version = f"{sys.version_info.major}.{sys.version_info.minor}"
if what == "version":
    print(f"pip, as far as it can be here: it tells what is installed (python {version})")
elif what == "json":
    print(json.dumps([{"name": name, "version": version} for name, version in known]))
elif what == "freeze":
    for name, version in known:
        print(f"{name}=={version}")
elif what in ("list", "conda"):
    head = ("Package", "Version") if what == "list" else ("# Name", "Version")
    width = max(len(name) for name, _ in [head, *known])
    print(f"{head[0]:{width}} {head[1]}")
    if what == "list":
        print("-" * width, "-" * max(len(version) for _, version in known))
    for name, version in known:
        print(f"{name:{width}} {version}")
elif what == "show":
    shown = [found[plain(name)] for name in names if plain(name) in found]
    missing = [name for name in names if plain(name) not in found]
    for at, distribution in enumerate(shown):
        if at:
            print("---")
        metadata = distribution.metadata
        print("Name:", metadata["Name"])
        print("Version:", distribution.version)
        print("Summary:", metadata["Summary"])
        print("Requires:", ", ".join(sorted(
            re.split(r"[ <>=!~;\[(]", text)[0]
            for text in distribution.requires or [] if "extra ==" not in text
        )))
    if missing:
        print("WARNING: Package(s) not found:", ", ".join(missing), file=sys.stderr)
    sys.exit(not shown)
elif what == "install":
    missing = []
    for name in names:
        bare = re.split(r"[ <>=!~;\[]", name)[0]
        if plain(bare) in found:
            print(f"Requirement already satisfied: {name} ({found[plain(bare)].version})")
        else:
            missing.append(name)
    if missing:
        sys.exit(
            f"ERROR: {', '.join(missing)} can't be installed: there is no network, and what is "
            "here is all there is (`pip list`)"
        )
