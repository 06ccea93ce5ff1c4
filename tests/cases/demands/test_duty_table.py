"""The duty list brought in by table: the checked table is the draft, and what is in force is never edited."""

from pathlib import Path
from typing import Any

import pytest

from cases.demands.models import Category, DutyItem
from foundation.errors import Refused
from parties.roles import Role
from tests.factories import Town
from tests.parties.exchange.tables import as_csv, brought, confirmed, counts, problems, standing

pytestmark = pytest.mark.usefixtures("clock")

DUTY = ("事项编号", "类别", "事项", "法律法规", "条款", "通常档次", "责任部门")


@pytest.fixture
def admin(town: Town) -> Any:
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def test_each_changed_matter_has_another_version_and_the_old_one_stays_as_it_was(town: Town, admin: Any) -> None:
    code, energy, housing = town.only_energy.code, town.energy.code, town.housing.code
    rows = (
        (code, "用电用能", "电力接入协调", "电力法", "第二十六条", "复杂", f"{housing}，市能源局"),
        ("NEW-9", "工程建设", "施工许可", "《建筑法》", "第七条", "疑难", housing),
        (town.shared.code, "用电用能", "配套管网协调", "电力法", "第二十五条", "复杂", f"{energy}、{housing}"),
        ("NEW-8", "没有的类别", "事项", "某法", "", "很难", "没有的部门"),
    )
    sheet = brought(as_csv(DUTY, *rows), admin, code="duties")
    assert counts(sheet) == (1, 1, 1, 1), problems(sheet)
    assert [key for key, _words in problems(sheet)[5]] == ["category", "klass", "owners"]
    assert DutyItem.objects.filter(code=code).count() == 1
    with pytest.raises(Refused, match="变更依据"):
        confirmed(sheet, admin, only_good=True)
    done = confirmed(sheet, admin, only_good=True, note="政府会议纪要第 9 号")
    assert done.applied_at is not None, done.apply_job.message
    old, new = DutyItem.objects.filter(code=code).order_by("version")
    assert (old.pk, old.active, old.legal_basis) == (town.only_energy.pk, False, "《电力法》第二十五条")
    assert (new.active, new.legal_basis, new.source) == (True, "《电力法》第二十六条", "政府会议纪要第 9 号")
    assert new.owner_ids == {town.energy.pk, town.housing.pk}
    assert DutyItem.objects.get(code="NEW-9").matter == "施工许可"
    assert DutyItem.objects.filter(code=town.shared.code).count() == 1


def test_a_list_that_comes_back_unchanged_changes_nothing(town: Town, admin: Any, tmp_path: Path) -> None:
    DutyItem.objects.filter(pk=town.shared.pk).update(legal_basis="市政府文件", law_text="第一行\n第二行，“引号”")
    Category.objects.filter(pk=town.far.category_id).update(active=False)
    type(town.far_department).objects.filter(pk=town.far_department.pk).update(active=False)
    for ending in ("csv", "xlsx"):
        sheet = brought(standing("duties", admin, tmp_path, ending), admin, code="duties", name=f"清单.{ending}")
        assert counts(sheet) == (0, 0, 3, 0), problems(sheet)


def test_a_retired_matter_is_in_force_again_when_a_table_names_it(town: Town, admin: Any, tmp_path: Path) -> None:
    table = standing("duties", admin, tmp_path)
    DutyItem.objects.filter(pk=town.far.pk).update(active=False)
    sheet = brought(table, admin, code="duties")
    assert (counts(sheet), sheet.rows_warned) == ((0, 1, 2, 0), 1)
    done = confirmed(sheet, admin, note="恢复")
    assert done.applied_at is not None, done.apply_job.message
    assert DutyItem.objects.get(code=town.far.code, active=True).version == 2
