# SPDX-License-Identifier: Apache-2.0
"""Judges a device description: expat reads it, and content models written from the public description of the OMA DM
DDF 1.2 DTD and of Microsoft's DDF v2 elements say what may stand where. Prints the number of nodes."""
import re
import sys
from xml.etree import ElementTree

DDF = "{http://tempuri.org/DM_DDF-V1_2}"
MSFT = "{http://schemas.microsoft.com/MobileDevice/DM}"
MODELS = {
    "MgmtTree": "VerDTD M:Diagnostics (Node )+",
    "Node": "NodeName (Path )?(RTProperties )?DFProperties (Node )*",
    "DFProperties": "AccessType (DefaultValue )?(Description )?DFFormat (Occurrence )?(Scope )?(DFTitle )?DFType "
    "(CaseSense )?M:Applicability (M:DynamicNodeNaming )?(M:AllowedValues )?(M:DependencyBehavior )?(M:AtomicRequired )?",
    "AccessType": "(Add )?(Copy )?(Delete )?(Exec )?(Get )?(Replace )?",
    "DFFormat": "(b64|bin|bool|chr|int|node|null|xml|date|time|float) ",
    "Occurrence": "(One|ZeroOrOne|ZeroOrMore|OneOrMore|ZeroOrN|OneOrN) ",
    "Scope": "(Permanent|Dynamic) ",
    "DFType": "(MIME )+|DDFName ",
    "M:DynamicNodeNaming": "(M:ServerGeneratedUniqueIdentifier|M:ClientInventory|M:UniqueName) ",
    "M:Applicability": "M:OsBuildVersion M:CspVersion ",
    "M:AllowedValues": "(M:Enum )+|M:Value ",
    "M:Enum": "M:Value ",
    "M:DependencyBehavior": "(M:DependencyGroup )+",
    "M:DependencyGroup": "(M:Dependency )+",
    "M:Dependency": "M:DependencyUri M:DependencyAllowedValue ",
    "M:DependencyAllowedValue": "(M:Enum )+|M:Value ",
}
ATTRIBUTES = {
    "M:AllowedValues": {"ValueType"}, "M:DependencyAllowedValue": {"ValueType"},
    "M:DependencyGroup": {"FriendlyId"}, "M:Dependency": {"Type"},
}
TYPES = {"ENUM", "Flag", "Range", "RegEx", "None"}
problems = []


def name(element):
    return element.tag.replace(MSFT, "M:")


def check(element, path):
    own = name(element)
    where = path + "/" + (element.findtext("NodeName") or own)
    children = "".join(name(child) + " " for child in element)
    model = MODELS.get(own)
    if model is None:
        if children:
            problems.append(f"{where}: {own} holds {children}")
    elif not re.fullmatch(model, children):
        problems.append(f"{where}: {own} holds {children}")
    if set(element.attrib) != ATTRIBUTES.get(own, set()):
        problems.append(f"{where}: {own} has {element.attrib}")
    if element.get("ValueType", "None") not in TYPES:
        problems.append(f"{where}: {element.attrib}")
    if own == "M:AllowedValues" and element.get("ValueType") == "RegEx":
        re.compile(element.findtext(MSFT + "Value"))
    if own == "Node" and len({c.findtext("NodeName") for c in element.findall("Node")}) != len(element.findall("Node")):
        problems.append(f"{where}: two nodes of one name")
    if own == "Node" and element.findall("Node") and element.find("DFProperties/DFFormat/node") is None:
        problems.append(f"{where}: a leaf with nodes below it")
    for child in element:
        check(child, where)


root = ElementTree.parse(sys.argv[1]).getroot()
for element in root.iter():
    if not element.tag.startswith((DDF, MSFT)):
        problems.append(f"{element.tag} is in no namespace")
    element.tag = element.tag.replace(DDF, "")
if name(root) != "MgmtTree" or root.findtext("VerDTD") != "1.2":
    problems.append("not a MgmtTree of 1.2")
check(root, "")
print(len(list(root.iter("Node"))))
sys.exit("\n".join(problems) if problems else 0)
