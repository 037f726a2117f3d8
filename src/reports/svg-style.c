// SPDX-License-Identifier: MIT
/*
 * The pictures' frame and colours. Colours are there twice as plain rules,
 * without variables, because not every viewer of pictures knows those; one that knows
 * no prefers-color-scheme either shows the light ones.
 */
#include "svg.h"
#include "xml.h"

static const char light[] =
	"text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',"
	"sans-serif;fill:#1c2430;font-variant-numeric:tabular-nums}\n"
	".mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',"
	"'DejaVu Sans Mono',monospace}\n"
	".big{font-size:19px;font-weight:600}.small{font-size:11px}.strong{font-weight:600}\n"
	".mid{text-anchor:middle}.end{text-anchor:end}.bg{fill:#ffffff;stroke:#d6dce3}\n"
	".line{stroke:#e3e8ee}.rule{stroke:#a8b3bf}.band{fill:#f5f7fa}text.dim{fill:#5a6675}\n"
	"text.good{fill:#0a6b62}text.bad{fill:#b3263a}text.warn{fill:#9a4a00}text.open{fill:#5b3a9e;stroke:none}\n"
	".mark.good{fill:#0d8577;stroke:#ffffff;stroke-width:1.5}\n"
	".bar{fill:#0d8577;opacity:.3}.range{stroke:#0d8577;stroke-width:2;fill:none}\n"
	".mark.bad{stroke:#c62f45;stroke-width:2.2;fill:none;stroke-linecap:round}\n"
	".gap{stroke:#c62f45;stroke-width:1.5;stroke-dasharray:1.5 5;stroke-linecap:round;"
	"opacity:.75}\n"
	".mark.warn{fill:#e07b00;stroke:#ffffff;stroke-width:1}.bang{fill:#ffffff}\n"
	".mark.sus{fill:#ffffff;stroke:#9a7400;stroke-width:1.8}.mark.fg{fill:#1c2430}\n"
	".mark.dim{fill:#ffffff;stroke:#8793a1;stroke-width:1.6}\n"
	".open{fill:#e6defa}.mark.open{fill:#ffffff;stroke:#7a55c7;stroke-width:1.8}\n"
	".quiet{stroke:#b9c3ce;stroke-width:1.5}\n"
	".mark.part{fill:#ffffff;stroke:#0d8577;stroke-width:2}.mark.back{fill:#2a6fc9;stroke:#ffffff;stroke-width:1}\n"
	".mark.again{fill:none;stroke:#2a6fc9;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}\n"
	".mark.out{fill:#1c2430;stroke:#ffffff;stroke-width:1}\n"
	".strike{stroke:#1c2430;stroke-width:1.2;stroke-dasharray:4 3}.n1{fill:#0b7467}\n"
	".n2{fill:#59b3a6}.n3{fill:#a9dad2}.n4{fill:#dcf1ed}.miss{fill:#fbe1e4}\n"
	".alarm{fill:#ffd7a3}.calm{fill:#eef1f5}.none{fill:none;stroke:#d6dce3}\n"
	"text.n1{fill:#ffffff}text.n2,text.n3,text.n4{fill:#06302b}text.miss{fill:#a51d33}\n"
	"text.alarm{fill:#7d3b00}text.calm,text.none{fill:#5a6675;stroke:none}\n"
	".off{fill:none;stroke:#1c2430;stroke-width:2}\n";

static const char dark[] =
	"@media (prefers-color-scheme:dark){\n"
	"text{fill:#e4e9f0}.bg{fill:#12161d;stroke:#2b333e}.line{stroke:#252d37}\n"
	".rule{stroke:#5b6775}.band{fill:#181d26}text.dim{fill:#98a4b3}\n"
	"text.good{fill:#57d1c0}text.bad{fill:#ff8695}text.warn{fill:#ffb05c}\n"
	"text.open{fill:#c3abff}.open{fill:#35284f}.mark.open{fill:#12161d;stroke:#a98df0}\n"
	".mark.good{fill:#3fc1af;stroke:#12161d}.bar{fill:#3fc1af}\n"
	".range{stroke:#3fc1af}.mark.bad{stroke:#ff7285}.gap{stroke:#ff7285}\n"
	".mark.warn{fill:#ff9f3d;stroke:#12161d}.bang{fill:#12161d}\n"
	".mark.sus{fill:#12161d;stroke:#dcb53c}.mark.fg{fill:#e4e9f0}\n"
	".mark.part{fill:#12161d;stroke:#3fc1af}.mark.back{fill:#6aa5f5;stroke:#12161d}\n"
	".mark.again{stroke:#6aa5f5}.mark.out{fill:#e4e9f0;stroke:#12161d}\n"
	".mark.dim{fill:#12161d;stroke:#7f8b99}.quiet{stroke:#47525f}.strike{stroke:#e4e9f0}\n"
	".n1{fill:#49c9b7}.n2{fill:#2a8a7e}.n3{fill:#1d5a53}.n4{fill:#173c38}\n"
	".miss{fill:#421c25}.alarm{fill:#6b4210}.calm{fill:#1d232d}\n"
	".none{fill:none;stroke:#2b333e}text.n1{fill:#04211d}text.n2{fill:#ffffff}\n"
	"text.n3,text.n4{fill:#d5f1ec}text.miss{fill:#ff95a2}text.alarm{fill:#ffd199}\n"
	"text.calm,text.none{fill:#98a4b3}.off{stroke:#e4e9f0}\n"
	"}\n";

void svg_open(struct out *o, int width, int height, const char *title, const char *text)
{
	out_text(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	out_text(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
	out_printf(o, " viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", width, height, width,
		   height);
	out_text(o, "<title>");
	xml_text(o, title);
	out_text(o, "</title>\n<desc>");
	xml_text(o, text);
	out_text(o, "</desc>\n<style>\n");
	out_text(o, light);
	out_text(o, dark);
	out_text(o, "</style>\n");
	out_printf(o, "<rect class=\"bg\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n",
		   width - 1, height - 1);
}

void svg_close(struct out *o)
{
	out_text(o, "</svg>\n");
}
