"""Can anyone change what was recorded and not be noticed? Whatever an insider might try, tried.

A small network is served as in production, with a signer and two witnesses in processes of their
own; an auditor keeps a checkpoint and evidence. Then every attempt is made on copies of its
database and files, and what is meant to notice it is run: the same programs that anyone has.
"""
