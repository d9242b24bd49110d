package main

import (
	"fmt"
	"math"
	"strings"
)

// The plot's measures, in pixels.
const (
	width, height = 760, 420
	left, bottom  = 70, 50
	right, top    = 220, 20
)

var colors = []string{"#5b6770", "#0b6bcb", "#b54708", "#1a7f37", "#8250df", "#cf222e"}

// plotOf draws processor time over the number of resources, both logarithmic: one line for each command and
// configuration of the first layout.
func plotOf(results []result) string {
	layout := results[0].layout
	lines := map[string][]result{}
	var names []string
	for _, r := range results {
		if name := r.kind + ", " + r.phase; r.layout == layout && r.phase != apply {
			if lines[name] == nil {
				names = append(names, name)
			}
			lines[name] = append(lines[name], r)
		}
	}
	scale := newScale(results)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n",
		width, height)
	b.WriteString("<title>Processor time over number of resources</title>\n")
	scale.axes(&b)
	for i, name := range names {
		color := colors[i%len(colors)]
		var points []string
		for _, r := range lines[name] {
			x, y := scale.place(r)
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x, y, color)
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n",
			strings.Join(points, " "), color)
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", width-right+12, top+16+18*i, color, name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

type scale struct{ minX, maxX, minY, maxY float64 }

func newScale(results []result) scale {
	s := scale{math.MaxFloat64, 0, math.MaxFloat64, 0}
	for _, r := range results {
		s.minX, s.maxX = min(s.minX, float64(r.resources)), max(s.maxX, float64(r.resources))
		if r.cpu > 0 {
			s.minY, s.maxY = min(s.minY, r.cpu.Seconds()), max(s.maxY, r.cpu.Seconds())
		}
	}
	// Whole powers of ten, so that the axis has marks at both ends.
	s.minY, s.maxY = math.Pow(10, math.Floor(math.Log10(s.minY))), math.Pow(10, math.Ceil(math.Log10(s.maxY)))
	if s.minX == s.maxX {
		s.maxX *= 10
	}
	return s
}

func (s scale) x(v float64) float64 {
	return left + (width-left-right)*math.Log(v/s.minX)/math.Log(s.maxX/s.minX)
}

func (s scale) y(v float64) float64 {
	return height - bottom - (height-bottom-top)*math.Log(v/s.minY)/math.Log(s.maxY/s.minY)
}

func (s scale) place(r result) (x, y float64) {
	return s.x(float64(r.resources)), s.y(max(r.cpu.Seconds(), s.minY))
}

func (s scale) axes(b *strings.Builder) {
	for v := s.minY; v <= s.maxY*1.001; v *= 10 {
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#d0d7de"/>`+"\n", left, width-right, s.y(v), s.y(v))
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end" fill="#57606a">%g s</text>`+"\n", left-8, s.y(v)+4, v)
	}
	for _, v := range []float64{50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000} {
		if v < s.minX || v > s.maxX {
			continue
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#57606a">%g</text>`+"\n", s.x(v), height-bottom+20, v)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="#57606a">resources</text>`+"\n",
		(left+width-right)/2, height-10)
}
