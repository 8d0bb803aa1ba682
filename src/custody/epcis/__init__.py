"""How is custody spoken and understood in the field's standard: EPCIS 2.0 and CBV 2.0 of GS1?"""
