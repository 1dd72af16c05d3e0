import json
import subprocess
import sys
from pkgutil import iter_modules

from recommender import models

ASK = """
import json, sys
from recommender.storage.house import House
from recommender.models.base import Base
print(json.dumps([sorted(sys.modules), [table.name for table in Base.metadata.sorted_tables]]))
"""


def test_whoever_opens_a_house_knows_every_table() -> None:
    answer = subprocess.run([sys.executable, "-c", ASK], capture_output=True, check=True)
    imported, tables = json.loads(answer.stdout)
    rooms = {f"recommender.models.{module.name}" for module in iter_modules(models.__path__)}
    assert rooms <= set(imported)
    assert {"candidates", "cases", "notices"} <= set(tables)
