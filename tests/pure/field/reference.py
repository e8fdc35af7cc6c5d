"""Writes what the reference makes of values that come over the wire, one case a line.

    python tests/pure/field/reference.py > tests/pure/field/reference.jsonl

It needs oslo.versionedobjects 3.12, netaddr 1.3, iso8601 2.1 and Python 3.11. A case is the name of a type, the
input as JSON, and what the type writes after it read that: `result`, `unwritable` where it is a float that JSON
has no token for, or `error`, the name of the exception.
"""

import json
import math
import random
import warnings

from oslo_versionedobjects import fields

warnings.simplefilter("ignore")
random.seed(20)

ANY = [
    "null", "true", "false", "0", "1", "-1", "5", "0.0", "-0.0", "1.0", "2.5", '""', '"a"', '"1"', '"0"',
    '"True"', '"false"', "[]", "[1]", "[null]", '["a", "b"]', "{}", '{"a": 1}', '{"a": null}',
]


def texts(*values):
    return [json.dumps(value) for value in values]


def floats():
    fixed = [
        "1e22", "1e16", "1e15", "123456789012345680.0", "9999999999999998.0", "1e-4", "1e-5", "0.00012345",
        "0.1", "0.30000000000000004", "1e100", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308",
        "-1.5", "-1e-7", "3.0", "100000.0", "1e5", "123e-7", "1.25e10", "4.35", "1e21", "-1e16", "12345678.9",
        "9007199254740993.0", "9223372036854775807.0", "9223372036854775808.0", "18446744073709551615.0",
        "-9223372036854775808.0", "-9223372036854774784.0", "18446744073709549568.0",
    ]
    drawn = [repr(random.uniform(-1, 1) * 10 ** random.randint(-12, 17)) for _ in range(40)]
    # Halfway between two texts of the shortest length, and beside powers of two, where the neighbours are unlike.
    ties = ["835091031816965.25", "-187857984327021.625", "8.5", "4503599627370497.5", "2251799813685249.75"]
    powers = [repr(2.0**exponent) for exponent in (-1074, -1022, -149, -44, -24, -14, -13, -1, 1, 44, 53, 54, 60)]
    return fixed + drawn + ties + powers


INTEGERS = [
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
    "18446744073709551616", "-9223372036854775809", "1000000000000000000000000000000", "42", "-7", "255",
    "256", "65536", "4294967295", "4294967296",
]

NUMBER_TEXTS = texts(
    " 5 ", "+5", "-5", "1_000", "\u0663", "\u0663\u0664", "\u0663_\u0664", "-\u0967\u0968", "5.0", "1e3", "0x10",
    "1__0", "_1", "1_", "- 5", "+-5", "+", "-", "", " ", "\t5\n", "\u00a05\u3000", "\u200b5", "\x1c5", "5\x1f",
    "\x0b5\x0c", "5\x00", "0005", "00", "-0", "+0", "9223372036854775807", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "9" * 40, "-" + "9" * 40, "0" * 4300, "0" * 4301, "\uff15",
    "\U0001d7d8", "\U0001d7ff", "\u00b2", "\u2160", "1.5", ".5", "5.", ".", "1e5", "1E5", "1e+5", "1e-5", "1e",
    "e5", "1.e5", ".e5", "1_0.5", "1_.5", "1._5", "1.5_0", "1e1_0", "1_e5", "1e_5", "nan", "NaN", "NAN", "-nan",
    "+nan", "inf", "-inf", "Infinity", "-INFINITY", "infinit", "in_f", "1e400", "-1e400", "1e-400", "0x1p3",
    "1,5", "1 5", "\u0661.\u0665", "\u0661e\u0665", "\u2212 5", "\u22125", "1.0e0", "0.1", "1d5", "1f", "i", "n",
)

STRINGS = texts(
    "plain", " spaced ", "\u00e9", "\U0001f600", "nul \x00 in it", "line\nbreak", "'quoted'", "x" * 200,
) + ["[\"a\"]", "{\"a\": {}}"]

UUIDS = texts(
    "c2b9f9d0-5a8f-4d6b-8d0e-2f1f6c1b7a11", "C2B9F9D0-5A8F-4D6B-8D0E-2F1F6C1B7A11",
    "c2b9f9d05a8f4d6b8d0e2f1f6c1b7a11", "{c2b9f9d0-5a8f-4d6b-8d0e-2f1f6c1b7a11}",
    "urn:uuid:c2b9f9d0-5a8f-4d6b-8d0e-2f1f6c1b7a11", "fake-uuid", "00000000-0000-0000-0000-000000000000",
    "c2b9f9d0-5a8f-4d6b-8d0e-2f1f6c1b7a1", "c2b9f9d0-5a8f-4d6b-8d0e-2f1f6c1b7a11 ",
    "c2b9f9d0-5a8f4d6b-8d0e-2f1f6c1b7a11",
) + [
    '[1, 2.5, "a", null, true, [], {}]', '{"a": [1], "b": {"c": "d"}}', '{"a": 1, "b": 2, "a": 3}',
    '["it\'s"]', '["\\"both\\" and \'"]', '["\\n\\r\\t\\\\ \\u0007\\u007f\\u00a0\\u00ad\\u00e9"]', '["e\\u0301"]',
    '["\\u0301"]', '["\\u200b\\u2028\\ue000\\ud83d\\ude00\\udbff\\udfff"]', "[1e22, 1e-7, -0.0]", "[\"\\u0378\"]",
]

MACS = texts(
    "00:1a:2b:3c:4d:5e", "00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "00:1a-2b:3c-4d:5e", "001a2b3c4d5e",
    "00:1a:2b:3c:4d:5e\n", "00:1a:2b:3c:4d:5e\n\n", " 00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5g",
    "00:1a:2b:3c:4d:5e:6f", "00.1a.2b.3c.4d.5e", "0:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:\uff15e", "", "\n",
)

PCIS = texts(
    "0000:0a:1f.7", "0000:0A:1F.7", "ABCD:EF:00.0", "0000:0a:20.0", "0000:0a:1f.8", "0000:0a:1fx7", "0000:0a:1f 7",
    "0000:0a:1f\n7", "0000:0a:1f\u00e97", "0000:0a:1f\u00c97", "0000:0a:1f\u01307", "0000:0a:1f.7\n",
    "0000:0a:1f.7\n\n", "000:0a:1f.7", "0000:0a:1f", "", "00000:0a:1f.7", "0000:0a:2f.7", "0000-0a-1f.7",
)

PREDICATES = texts(
    ">=1.0", ">=1.0,<2", ">= 1.0 , != 1.5", " <2 ", ">=1.0rc1", "1.0", "=1.0", "~=1.0", "", ">=1.0,", "==1.0.*",
    "===1.0", "<>1", "> =1", ">1.0 2.0", "==1!2.0", "==1.0+local.1", "==1.0.post1.dev2", "==v1.0", "== 1.0a",
    "<1\n", "\x1c<1\x1d", "<\u00a01", ",<1", "<=1,>=1,==1,!=2,<3,>0", "<1.0-1", "<\u0661", "==1.0_rc-2", "<", "<=",
    ">01.02", "==1..0", "==1.", "==1.0alpha.1", "==1.0c2", "==1.0pre",
)

DATES = texts(
    "2020", "2020-01", "2020-1", "2020-01-02", "2020-1-2", "20200102", "202001", "202001\n", "2020-0102", "202001-02",
    "2020-123", "2020-112", "2020-1231", "2020-1-02T03", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05",
    "2020-01-02 03:04:05", "2020-01-02t03:04:05", "2020-01-02T03:04:05z", "2020-01-02  03:04:05",
    "2020-01-02T03:04:05 Z", " 2020-01-02T03:04:05", "2020-01-02T03:04:05+00:00", "2020-01-02T03:04:05-00:00",
    "2020-01-02T03:04:05+05:30", "2020-01-02T03:04:05-0330", "2020-01-02T03:04:05+05", "2020-01-02T03:04:05+05:",
    "2020-01-02T03:04:05+5:30", "2020-01-02T03:04:05+05:99", "2020-01-02T03:04:05+23:59",
    "2020-01-02T03:04:05+23:60", "2020-01-02T03:04:05+24:00", "2020-01-02T03:04:05-24:00",
    "2020-01-02T03:04:05UTC", "2020-01-02T03:04:05UTC+05:30", "2020-01-02T03:04:05CET", "2020-01-02T24:00:00",
    "2020-01-02T23:59:60", "2020-01-02T23:60:00", "2020-02-29", "2021-02-29", "2020-00-01", "2020-13-01",
    "2020-01-32", "2020-01-00", "0000-01-01", "0001-01-01T00:00:00Z", "0999-12-31T00:00:00Z", "1000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z", "10000-01-01", "2020-01-02T03:04:05.5Z", "2020-01-02T03:04:05,5Z",
    "2020-01-02T03:04:05.Z", "2020-01-02T03:04:05.1234567+01:00", "2020-01-02T03:04:05.9999999Z", "2020-01-02T03",
    "2020-01-02T03Z", "2020-01-02T03:04", "2020-01-02T0304", "2020-01-02T030405", "2020-01-02T03040",
    "2020-01-02T030", "2020-01-02T03:4", "2020-01-02T03:04:5", "2020-01-02T03:045", "2020-01-02T0304:05",
    "2020-01-02T03:0405", "2020-01-02T03:04.5", "2020-01-02T03.5", "2020-01-02T0304.5", "2020-01-02T03-04",
    "2020-01-02T03:04-0500", "2020-01-02T3:04", "2020-01-02T", "2020-01-02Z", "2020-01-02+00:00",
    "2020-01-02T03:04:05Z\n", "2020-01-02T03:04:05Z\n\n", "2020\n", "\u0662020-01-01", "2020-01-02T03:04:05Z ",
    "now", "", "\n", "2020-", "2020-01-", "2020/01/02", "-2020-01-01", "+2020-01-01", "0000", "0001", "9999-99",
)

ADDRESSES = texts(
    "10.0.0.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "10.0.0", "10.1", "010.0.0.1", "10.0.0.01", "0x0a.0.0.1",
    "10.0.0.1 ", " 10.0.0.1", "10.0.0.1\n", "10.0.0.1.", "10..0.1", "10.0.0.1/24", "1", "", "::", "::1", "::5",
    "::1:0", "::ffff:0", "::100:0", "::ffff:10.0.0.1", "::ffff:0:0", "::ffff:0.0.0.0", "::10.0.0.1", "::0.0.0.1",
    "64:ff9b::192.0.2.33", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6::8",
    "1:2:3:4:5:6:7::8", "1:0:0:2:0:0:0:3", "1:0:0:2:3:0:0:4", "2001:DB8:0:0::1", "2001:db8::1%eth0", "fe80::1%1",
    "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "12345::", "::00001", "::g", ":::", "1::2::3", ":1",
    "1:", "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "[::1]", "::ffff:ffff:0:0",
    "0:0:0:0:0:ffff:1:2", "0:0:0:0:0:0:1:2", "0:0:0:0:1:0:0:0", "::fffe:1:2", "1:2:3:4:5:6:1.2.3.4", "::/0",
    "0:0:0:0:0:0:0:0", "\uff11.0.0.1", "localhost",
) + ["4294967295", "4294967296", "18446744073709551615", "-1", "167772161", "1.5"]

NETWORKS = texts(
    "10.0.0.0/24", "10.0.0.1/24", "10.0.0.1", "10.0.0.0/0", "10.0.0.0/32", "10.0.0.0/33", "10.0.0.0/-1",
    "10.0.0.0/024", "10.0.0.0/+24", "10.0.0.0/ 24", "10.0.0.0/2_4", "10.0.0.0/\u0662\u0664", "10.0.0.0/",
    "10.0.0.0/24/8", "10.0.0.0/255.255.255.0", "10.0.0.0/0.0.0.255", "10.0.0.0/0.0.0.0", "10.0.0.0/255.255.255.255",
    "10.0.0.0/255.0.255.0", "10.0.0.0/0.255.0.255", "10.0.0.0/128.0.0.0", "10.0.0.0/0.0.0.1",
    "10.0.0.0/127.255.255.255", "10.0.0.0/ffff::", "10.0.0.0/24.0", "10/8", "10.0/16", "10.0.0.0 /24",
    " 10.0.0.0/24", "/24", "", "2001:DB8:0:0::1/48", "2001:db8::/129", "2001:db8::/128", "2001:db8::/0", "::/0",
    "2001:db8::", "::1", "fe80::/ffc0::", "fe80::/3f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::/ff0f::",
    "fe80::/::", "fe80::/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::/255.255.255.0", "::ffff:10.0.0.1/96",
    "::1:0/112", "fe80::1%eth0/64", "10.0.0.0/99999999999999999999999999999999999999999", "010.0.0.0/8",
    "10.0.0.0/1e1", "10.0.0.0/0x18", "1:2:3:4:5:6:7:8/64",
) + ["167772161"]

CASES = {
    "String": (fields.StringField(), floats() + INTEGERS + STRINGS),
    "SensitiveString": (fields.SensitiveStringField(), STRINGS),
    "VersionPredicate": (fields.VersionPredicateField(), PREDICATES),
    "UUID": (fields.UUIDField(), UUIDS + floats()[:8] + INTEGERS[:2]),
    "MACAddress": (fields.MACAddressField(), MACS),
    "PCIAddress": (fields.PCIAddressField(), PCIS),
    "Integer": (fields.IntegerField(), INTEGERS + floats() + NUMBER_TEXTS),
    "NonNegativeInteger": (fields.NonNegativeIntegerField(), INTEGERS + NUMBER_TEXTS[:40]),
    "Float": (fields.FloatField(), floats() + INTEGERS + NUMBER_TEXTS),
    "NonNegativeFloat": (fields.NonNegativeFloatField(), floats()[:30] + INTEGERS + NUMBER_TEXTS),
    "Boolean": (fields.BooleanField(), texts(" ", "no", "False", "0.0") + ["[[]]", "[0]", '{"": 0}', "1e-300"]),
    "FlexibleBoolean": (
        fields.FlexibleBooleanField(),
        texts("t", "T", "TRUE", "on", "On", "y", "YES", "yes", " yes\n", "\x1cyes\x1f", "\u00a0yes", "ye s", "2",
              "enabled", "off", "\uff54", "1.0", "t\u00adrue", "\u200byes", "01") + ["2", "-1"],
    ),
    "DateTime": (fields.DateTimeField(), DATES),
    "NaiveDateTime": (fields.DateTimeField(tzinfo_aware=False), DATES),
    "IPAddress": (fields.IPAddressField(), ADDRESSES),
    "IPV4Address": (fields.IPV4AddressField(), ADDRESSES),
    "IPV6Address": (fields.IPV6AddressField(), ADDRESSES),
    "IPNetwork": (fields.IPNetworkField(), NETWORKS),
    "IPV4Network": (fields.IPV4NetworkField(), NETWORKS),
    "IPV6Network": (fields.IPV6NetworkField(), NETWORKS),
    "ListOfStrings": (fields.ListOfStringsField(), ['"ab"', "[[]]", "[1, true, 2.5]", '{"b": 1, "a": 2, "b": 3}']),
    "ListOfIntegers": (fields.ListOfIntegersField(), ['"12"', '"1x"', '["1", 2.5, false]', '{"1": 2}', "[[1]]"]),
    "SetOfIntegers": (fields.SetOfIntegersField(), ['[3, 1, "3", 2.9]', '"3213"', '{"1": 0}', '["x"]']),
    "DictOfStrings": (fields.DictOfStringsField(), ['{"a": 1, "b": true, "a": 2}', '{"a": []}', "[[\"a\", 1]]"]),
    "DictOfNullableStrings": (fields.DictOfNullableStringsField(), ['{"a": null, "b": 1}']),
    "DictOfListOfStrings": (fields.DictOfListOfStringsField(), ['{"a": ["b", 1], "c": "de"}', '{"a": 1}']),
}


def outcome(field, text):
    try:
        value = field.from_primitive(None, "field", json.loads(text))
        result = field.to_primitive(None, "field", field.coerce(None, "field", value))
    except Exception as error:
        return f'"error": "{type(error).__name__}"'
    if isinstance(result, float) and not math.isfinite(result):
        return f'"unwritable": "{result}"'
    if isinstance(value, set):
        result = sorted(result)
    return f'"result": {json.dumps(result, ensure_ascii=False)}'


for name, (field, inputs) in CASES.items():
    for text in dict.fromkeys(ANY + inputs):
        print(f'{{"type": "{name}", "input": {text}, {outcome(field, text)}}}')
