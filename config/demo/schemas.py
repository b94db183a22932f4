"""What makes a lead qualified for each of the two demo businesses.

Meridian sells software to large enterprises, Brightside marketing services to small businesses: the
misconception that one set of criteria fits all would cost each of them its best leads. Both begin with a
pack that comes with the product; Meridian has a schema of its own for the public sector.
"""

from pathlib import Path

from leads.domain.schema_document import SchemaDocument
from leads.services.packs import find_pack, read_pack

ENTERPRISE: SchemaDocument = read_pack(find_pack("enterprise_software").text)
SMALL_BUSINESS: SchemaDocument = read_pack(find_pack("marketing_services").text)
PUBLIC_SECTOR: SchemaDocument = read_pack((Path(__file__).parent / "public_sector.json").read_text(encoding="utf-8"))
