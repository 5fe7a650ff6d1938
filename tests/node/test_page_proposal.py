"""`ecert init --page` finds nothing to describe on the node's page but its languages: it is made by the profile."""

import tomllib

from click.testing import CliRunner
from node_process import RunningNode

from conformance.cli.init import command


def test_the_page_of_the_node_needs_no_description(clean_node: RunningNode) -> None:
    partner = tomllib.loads((clean_node.folder / "partner.toml").read_text(encoding="utf-8"))
    number, page = partner["data"]["issued"][0], partner["ixit"]["verification"]
    looking = ["--number", number, "--code", partner["data"]["codes"][number]]
    trusting = ["--ca", str(clean_node.folder / page["ca"])]
    answer = CliRunner().invoke(command, ["--page", f"{page['url']}/verify", *looking, *trusting])
    assert answer.exit_code == 0, answer.output
    assert tomllib.loads(answer.output)["ixit"]["verification"] == {"url": page["url"], "languages": page["languages"]}
    assert "bears the marks of the profile" in answer.output
