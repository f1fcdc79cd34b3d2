"""Benchmark of reading statement files alone: entries a second beside what opening the same bytes costs, and the memory."""

import json
import subprocess
import tempfile
from pathlib import Path

from . import machine
from .python_env import python
from .say import step

ENTRIES, ROUNDS = 50000, 3
_CAMT = (
    (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBA'
        'N>SK0211000000002946123456</IBAN></Id><Ccy>EUR</Ccy></Acct>\n'
    ),
    (
        '<Ntry><Amt Ccy="EUR">12.27</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-03</Dt></BookgD'
        't><ValDt><Dt>2026-03-03</Dt></ValDt><AcctSvcrRef>TB%08d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT'
        '</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>/VS42/SS/KS0308</En'
        'dToEndId></Refs><RltdPties><Dbtr><Nm>Novák Jozef</Nm></Dbtr><DbtrAcct><Id><IBAN>SK5502000000003142860123</IBAN'
        '></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>Faktúra 42</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n'
    ),
    '</Stmt></BkToCstmrStmt></Document>',
)
_MT940 = (
    ':20:1\n:25:SK0211000000002946123456\n:28C:1/1\n:60F:C260101EUR0,00\n',
    (
        ':61:2603030303C12,27NTRFNONREF//TB%08d\n:86:051?00PREVOD?20VS0000000042?21SS0000000000?22KS0308?23POS0001\n?24FA'
        'KTURA 42?30SUBASKBX?31SK5502000000003142\n860123?32NOVAK JOZEF?60REF123\n'
    ),
    ':62F:C260303EUR0,00\n-\n',
)
_CSV = (
    (
        '"Dátum spracovania","Dátum zúčtovania",Suma,Mena,Typ,"Predčíslie","Číslo účtu","Kód banky",IBAN,"Variabilný sy'
        'mbol","Špecifický symbol","Konštantný symbol","Referencia platiteľa","Informácia pre príjemcu",Popis\n'
    ),
    (
        '03.03.2026,03.03.2026,"12,27",EUR,Kredit,000000,2612345678,0200,SK5502000000003142860123,%08d,,0308,/VS42/SS/K'
        'S0308,"Faktúra 42",CCINT\n'
    ),
    '',
)
#: opening alone: the XML parser without anybody who listens, the rows of the CSV, the lines
_INSIDE = '''
import csv, json, resource, sys, time
from lxml import etree
from statements import Transaction, read

def bare(path):
    if path.endswith('.xml'):
        for _event, element in etree.iterparse(path, tag='{*}Ntry'):
            element.clear()
    else:
        with open(path, encoding='utf-8', newline='') as file:
            for _row in csv.reader(file) if path.endswith('.csv') else file:
                pass

def ours(path):
    with open(path, 'rb') as file:
        return sum(isinstance(record, Transaction) for record in read(file))

path, rounds = sys.argv[1], int(sys.argv[2])
made = {'bare': [], 'ours': []}
for _round in range(rounds):
    for name, act in (('bare', bare), ('ours', ours)):
        begun = time.process_time()
        entries = act(path) or 0
        made[name].append(time.process_time() - begun)
median = {name: sorted(found)[rounds // 2] for name, found in made.items()}
print(json.dumps({
    'entries': entries, 'entries_a_second': round(entries / median['ours']), 'ours_to_bare': round(median['ours'] / median['bare'], 1),
    'max_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
}))
'''


def bench_statements():
    """Rows ``{"bench": "statements", …}``, one a format."""
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in (('camt.xml', _CAMT), ('mt940.sta', _MT940), ('tatrabanka.csv', _CSV)):
            step(f"Reading {ENTRIES} entries of {name}")
            path = Path(folder) / name
            head, entry, tail = parts
            path.write_text(head + ''.join(entry % number for number in range(ENTRIES)) + tail, encoding='utf-8')
            command = [str(python()), '-c', _INSIDE, str(path), str(ROUNDS)]
            told = subprocess.run(command, capture_output=True, text=True, cwd=machine.CHECKOUT, check=True).stdout
            print(json.dumps({'bench': 'statements', 'file': name, **json.loads(told)}), flush=True)
