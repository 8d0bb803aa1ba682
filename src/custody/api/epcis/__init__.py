"""How is EPCIS 2.0 spoken over HTTP: captures, queries, their subscriptions, lists of names?"""
