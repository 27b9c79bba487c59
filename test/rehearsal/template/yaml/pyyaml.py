"""The result of PyYAML for the documents: booleans, null and structure by its rules, all other scalars as their text."""

import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Numbers and dates keep their text, as in CloudFormation."""


def text(loader, node):
    return loader.construct_scalar(node)


for name in ("int", "float", "timestamp"):
    Loader.add_constructor(f"tag:yaml.org,2002:{name}", text)
Loader.add_constructor("tag:yaml.org,2002:value", text)


def call(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: node.value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", call)


def keyed(value):
    if isinstance(value, dict):
        return {key_of(key): keyed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [keyed(part) for part in value]
    return value


def key_of(key):
    return json.dumps(key) if isinstance(key, bool) or key is None else str(key)


expected = {}
for document in sys.stdin.read().split("=== ")[1:]:
    name, content = document.split("\n", 1)
    try:
        expected[name] = keyed(yaml.load(content, Loader))
    except yaml.YAMLError:
        expected[name] = "refused"
json.dump(expected, sys.stdout, indent=2, ensure_ascii=False)
print()
