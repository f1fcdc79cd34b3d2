"""Holds requests and answers against a bank's official OpenAPI description (3.0 JSON, 3.1 YAML)."""

import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl

FILE = 'psd2-api_1.3.12.json'


def specification_path(name=FILE):
    """Where an official file is, or None: beside the checkout in ``shared/specs``, or where BANK_FEED_SPECS says."""
    folder = Path(os.environ.get('BANK_FEED_SPECS') or Path(__file__).resolve().parents[3] / 'shared' / 'specs')
    return folder / name if (folder / name).exists() else None


class Judge:
    """WSGI middleware: lets everything pass and writes down what breaks the description."""

    def __init__(self, app, path):
        # imported here: Odoo's own runner may do without the test packages
        import yaml
        from openapi_schema_validator import OAS30Validator, OAS31Validator
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012

        self.app = app
        self.spec = yaml.safe_load(path.read_text()) if path.suffix == '.yml' else json.loads(path.read_text())
        self.registry = Registry().with_resource('urn:spec', Resource(self.spec, DRAFT202012))
        self.validator = OAS31Validator if self.spec['openapi'].startswith('3.1') else OAS30Validator
        self.complaints, self.seen = [], []
        self.paths = [
            (re.compile(re.sub(r'\{[^}]+\}', '[^/]+', path) + '$'), path, item)
            for path, item in self.spec['paths'].items()
        ]

    def __call__(self, environ, start_response):
        path = environ['PATH_INFO']
        if not any(pattern.match(path) for pattern, _template, _item in self.paths):
            return self.app(environ, start_response)
        body = environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0))
        environ['wsgi.input'] = __import__('io').BytesIO(body)
        answer = {}

        def note(status, headers, exc_info=None):
            answer.update(status=status.split()[0], headers={name.lower(): value for name, value in headers})
            return start_response(status, headers, exc_info)

        chunks = list(self.app(environ, note))
        self._judge(environ, path, body, answer, b''.join(chunks))
        return chunks

    def _judge(self, environ, path, body, answer, content):
        found = [(template, item) for pattern, template, item in self.paths if pattern.match(path)]
        template, item = min(found, key=lambda pair: pair[0].count('{'))  # what names most
        method = environ['REQUEST_METHOD'].lower()
        if method not in item:
            return  # no such operation: the bank's refusal of it is tested elsewhere
        operation = item[method]
        self.seen.append((method, template, answer['status']))
        where = f'{method} {template}'
        if answer['status'].startswith('2'):  # a refused request may well break the rules
            self._judge_parameters(where, environ, [*item.get('parameters', ()), *operation.get('parameters', ())])
            if 'requestBody' in operation and 'xml' not in environ.get('CONTENT_TYPE', ''):
                self._judge_content(f'{where} body', self._resolve(operation['requestBody']), body)
        responses = operation['responses']
        if answer['status'] not in responses:
            self.complaints.append(f"{where}: status {answer['status']} is not described")
            return
        response = self._resolve(responses[answer['status']])
        for name, header in response.get('headers', {}).items():
            value, header = answer['headers'].get(name.lower()), self._resolve(header)
            if header.get('required') and value is None:
                self.complaints.append(f"{where} {answer['status']}: header {name} is missing")
            elif value is not None:
                self._check(f"{where} {answer['status']} header {name}", header['schema'], value)
        if answer['status'] != '204' and 'xml' not in answer['headers'].get('content-type', ''):
            self._judge_content(f"{where} {answer['status']}", response, content)

    def _judge_parameters(self, where, environ, parameters):
        query = dict(parse_qsl(environ.get('QUERY_STRING', '')))
        for parameter in map(self._resolve, parameters):
            if parameter['in'] == 'header':
                value = environ.get(f"HTTP_{parameter['name'].upper().replace('-', '_')}")
            elif parameter['in'] == 'query':
                value = query.get(parameter['name'])
            else:
                continue
            if value is None:
                if parameter.get('required'):
                    self.complaints.append(f"{where}: {parameter['name']} is missing")
                continue
            schema = self._resolve(parameter['schema'])
            value = {'true': True, 'false': False}.get(value, value) if schema.get('type') == 'boolean' else value
            self._check(f"{where} {parameter['name']}", parameter['schema'], value)

    def _judge_content(self, where, described, content):
        schema = described.get('content', {}).get('application/json', {}).get('schema')
        if schema is None:
            return
        try:
            self._check(where, schema, json.loads(content))
        except ValueError:
            self.complaints.append(f"{where}: no JSON")

    def _check(self, where, schema, value):
        schema = json.loads(json.dumps(schema).replace('"#/', '"urn:spec#/'))
        validator = self.validator(schema, registry=self.registry, format_checker=self.validator.FORMAT_CHECKER)
        self.complaints += [
            f"{where}: {error.json_path} {error.message[:200]}" for error in validator.iter_errors(value)
        ]

    def _resolve(self, described):
        while '$ref' in described:
            target = self.spec
            for part in described['$ref'].lstrip('#/').split('/'):
                target = target[part.replace('~1', '/')]
            described = target
        return described
