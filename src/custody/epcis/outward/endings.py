"""How is the end of a battery told, and what came out of it?"""

from custody.epcis import own_names
from custody.epcis.outward import saying
from custody.epcis.outward.beside import Beside
from custody.epcis.outward.saying import Said
from custody.events import Dismantled, Disposed, Recovered, Repurposed


def dismantle(fact: Dismantled, beside: Beside) -> list[Said]:
    """A battery was taken apart: parts with codes of their own, and matter by its mass."""
    said = _transformation(fact, "disassembling", "in_progress")
    said["inputEPCList"] = saying.batteries([fact.battery])
    said["outputEPCList"] = saying.batteries(fact.children)
    masses = [(one.fraction, one.mass_g) for one in fact.outputs]
    said["outputQuantityList"] = saying.amounts("fraction", masses)
    return [_filled(said) | saying.ours(fact, "battery", "children", "outputs")]


def recover(fact: Recovered, beside: Beside) -> list[Said]:
    """Matter went in and materials came out; nothing in and nothing out EPCIS cannot say."""
    if not (fact.outputs or fact.inputs or fact.batteries):
        return []
    said = _transformation(fact, "creating_class_instance", "in_progress")
    said["inputEPCList"] = saying.batteries(fact.batteries)
    masses = [(one.fraction, one.mass_g) for one in fact.inputs]
    said["inputQuantityList"] = saying.amounts("fraction", masses)
    won = [(one.material, one.mass_g) for one in fact.outputs]
    said["outputQuantityList"] = saying.amounts("material", won)
    assays = [
        saying.prefixed({"output": at, "assay_pct": one.assay_pct})
        for at, one in enumerate(fact.outputs)
        if one.assay_pct is not None
    ]
    if assays:
        said[saying.own("assays")] = assays
    return [_filled(said) | saying.ours(fact, "batteries", "inputs", "outputs")]


def second_life(fact: Repurposed, beside: Beside) -> list[Said]:
    """A battery became another product, with a code of its own or without."""
    if fact.new_code is None:
        said = saying.begin("ObjectEvent", fact, "OBSERVE", "repairing", "available")
        said["epcList"] = saying.batteries([fact.battery])
    else:
        said = _transformation(fact, "repairing", "available")
        said["inputEPCList"] = saying.batteries([fact.battery])
        said["outputEPCList"] = saying.batteries([fact.new_code])
    said["bizLocation"] = said["readPoint"]
    return [said | saying.ours(fact, "battery", "new_code")]


def dispose(fact: Disposed, beside: Beside) -> list[Said]:
    """Batteries, or what was left of them, went where nothing comes back from."""
    said = saying.begin("ObjectEvent", fact, "DELETE", "destroying", "destroyed")
    said["epcList"] = saying.batteries(fact.batteries)
    masses = [(one.fraction, one.mass_g) for one in fact.fractions]
    said["quantityList"] = saying.amounts("fraction", masses)
    if fact.certificate is not None:
        certificate = own_names.written("certificate", fact.certificate)
        said["bizTransactionList"] = [saying.paper("cert", certificate)]
    return [_filled(said) | saying.ours(fact, "batteries", "fractions", "certificate")]


def _transformation(fact: Dismantled | Recovered | Repurposed, step: str, now: str) -> Said:
    said = saying.begin("TransformationEvent", fact, None, step, now)
    said["transformationID"] = own_names.written("transformation", fact.id)
    said["bizLocation"] = said["readPoint"]
    return said


def _filled(said: Said) -> Said:
    """Leave out the lists that hold nothing."""
    return {name: value for name, value in said.items() if value != []}
