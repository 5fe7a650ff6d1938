"""What the department sees and does: overview, certificates, deliveries, audit trail, partners."""

import sqlite3
from collections.abc import Iterator

import pytest
from node_process import RunningNode
from site_visitor import Visitor


@pytest.fixture(scope="module")
def department(own_node: RunningNode) -> Iterator[Visitor]:
    with Visitor(own_node) as visitor:
        visitor.log_in("department")
        yield visitor


def figure(visitor: Visitor, word: str) -> int:
    found = visitor.get("/department").tree.xpath(f"//ul[@class='figures']//a[contains(., '{word}')]/strong/text()")
    return int(found[0])


def test_figures_count_what_they_lead_to(own_node: RunningNode, department: Visitor) -> None:
    before = figure(department, "Withdrawn")
    number = own_node.hook("issue", importing_country="NZ")["number"]
    own_node.hook("withdraw", number=number, reason="not shipped")
    assert figure(department, "Withdrawn") == before + 1
    assert number in department.get("/department/certificates?state=40").text
    assert "waits for approval" in department.get("/department/certificates?state=42").text.lower()


def test_a_withdrawal_has_a_reason_and_shows_at_once(own_node: RunningNode, department: Visitor) -> None:
    made = own_node.hook("issue", importing_country="NZ")
    page = department.get(f"/department/certificates/{made['number']}")
    without = department.send(page, "/department/withdrawal", number=made["number"], reason=" ")
    assert (without.status, "Give a reason" in without.text) == (422, True)
    done = department.send(page, "/department/withdrawal", number=made["number"], reason="the consignment burnt")
    assert (done.status, "the consignment burnt" in done.text) == (200, True)
    assert 'data-ecert-state="withdrawn"' in own_node.look_up(made["number"], made["verification_code"]).text
    assert "department duty.officer@cn.ecert.example" in done.text
    again = department.send(page, "/department/withdrawal", number=made["number"], reason="once more")
    assert (again.status, "final" in again.text) == (409, True)


def test_a_replacement_names_the_old_certificate(own_node: RunningNode, department: Visitor) -> None:
    made = own_node.hook("issue", importing_country="NZ")
    page = department.get(f"/department/certificates/{made['number']}")
    done = department.send(page, "/department/replacement", number=made["number"], reason="a wrong name")
    successor = done.field("replaced-by")
    assert own_node.look_up(made["number"], made["verification_code"]).text.count(successor) == 1


def test_a_delivery_that_was_given_up_is_sent_again(own_node: RunningNode, department: Visitor) -> None:
    number = own_node.hook("issue", importing_country="NZ")["number"]
    own_node.hook("withdraw", number=number, reason="not shipped")
    with sqlite3.connect(own_node.folder / "node.sqlite") as database:
        database.execute("UPDATE outbox SET state = 'archived', alarm = 'nobody answered' WHERE number = ?", (number,))
    database.close()
    page = department.get("/department/deliveries?state=archived")
    assert "nobody answered" in page.text
    action = page.tree.xpath(f"//tr[contains(., '{number}')]//form/@action")[0]
    department.send(page, action)
    assert number in department.get("/department/deliveries?state=waiting").text
    assert department.client.post(action, data=page.form(action)).status_code == 404


def test_the_trail_is_checked_and_a_change_is_seen(own_node: RunningNode, department: Visitor) -> None:
    page = department.get("/department/trail")
    checked = department.send(page, "/department/trail/check")
    assert "unaltered" in checked.text
    unknown = department.send(page, "/department/trail/check", head="0" * 64)
    assert (unknown.status, "cut off" in unknown.text) == (409, True)
    with sqlite3.connect(own_node.folder / "node.sqlite") as database:
        database.execute("DROP TRIGGER audit_trail_no_update")
        database.execute("UPDATE audit_trail SET who = 'nobody' WHERE id = 3")
    database.close()
    broken = department.send(page, "/department/trail/check")
    assert (broken.status, "line 3" in broken.text) == (409, True)


def test_partners_are_shown_without_their_secrets(own_node: RunningNode, department: Visitor) -> None:
    shown = department.get("/department/partners").answer.text
    settings = (own_node.folder / "node.toml").read_text(encoding="utf-8")
    assert "nz-account" in shown
    secrets = [line.split('"')[1] for line in settings.splitlines() if "password =" in line and line.count('"') == 2]
    assert secrets
    assert not any(secret in shown for secret in secrets)
