package console

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"sync"
)

// The icon is the gate of the pages' head, in a blue that is seen on light and on dark
// tabs. Browsers ask for /favicon.ico whether or not a page names another.
const iconDrawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">` +
	`<path fill="#4a7fc0" d="M6 4h3v5h14V4h3v5h3v3h-3v16h-3V12H9v16H6V12H3V9h3z"/>` +
	`<path fill="#4a7fc0" opacity=".55" d="M10.5 15h5v13h-5zm6 0h5v13h-5z"/></svg>`

// iconSize is the side of the icon in pixels, and of the drawing in its own units.
const iconSize = 32

// iconImage is the icon as an ICO file of one image in PNG, which every browser since
// Internet Explorer 11 reads.
var iconImage = sync.OnceValue(func() []byte {
	gate := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	fill := func(c color.NRGBA, x0, y0, x1, y1 int) {
		draw.Draw(gate, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	solid, faint := color.NRGBA{0x4a, 0x7f, 0xc0, 0xff}, color.NRGBA{0x4a, 0x7f, 0xc0, 0x8c}
	fill(faint, 10, 15, 15, 28)
	fill(faint, 17, 15, 22, 28)
	fill(solid, 6, 4, 9, 28)
	fill(solid, 23, 4, 26, 28)
	fill(solid, 3, 9, 29, 12)
	var picture bytes.Buffer
	_ = png.Encode(&picture, gate) // a buffer takes everything
	file := binary.LittleEndian.AppendUint16(nil, 0)
	file = binary.LittleEndian.AppendUint16(file, 1) // an icon
	file = binary.LittleEndian.AppendUint16(file, 1) // of one image
	file = append(file, iconSize, iconSize, 0, 0)
	file = binary.LittleEndian.AppendUint16(file, 1)  // planes
	file = binary.LittleEndian.AppendUint16(file, 32) // bits of a pixel
	file = binary.LittleEndian.AppendUint32(file, uint32(picture.Len()))
	file = binary.LittleEndian.AppendUint32(file, uint32(len(file))+4) // where it begins
	return append(file, picture.Bytes()...)
})

var iconVersion = sync.OnceValue(func() string { return version([]byte(iconDrawing)) })

// Icon is where the drawing of the icon is.
func (page) Icon() string { return "/icon.svg?v=" + iconVersion() }

// serveIcon answers with the drawing.
func (s *Server) serveIcon(w http.ResponseWriter, r *http.Request, _ person) {
	serveKept(w, r, "image/svg+xml", iconVersion(), []byte(iconDrawing))
}

// serveIconImage answers at the address that browsers know without being told. It has no
// version, so it is asked for again after a day.
func (s *Server) serveIconImage(w http.ResponseWriter, _ *http.Request, _ person) {
	h := w.Header()
	h.Set("Content-Type", "image/x-icon")
	h.Set("Cache-Control", "private, max-age=86400")
	_, _ = w.Write(iconImage())
}
