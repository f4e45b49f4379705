//! Axes, marks and colours.
//!
//! What is drawn has stand-ins for colours, which become the page's own: so a figure follows light
//! and dark. Text is text.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::element::DashedPathElement;
use plotters::prelude::*;

/// Colours that the page has for series.
pub const COLOURS: usize = 8;
/// Marks, so that series differ in more than colour.
pub const MARKS: [&str; 4] = ["circle", "square", "triangle", "diamond"];

pub const SIZE: (u32, u32) = (460, 300);
const FONT: &str = "sans-serif";
/// In `plotters`' own measure, of which a pixel has 1.24.
pub const TEXT_SIZE: u32 = 16;

/// Stand-ins: of the text, of lines that help reading, of a heat map's cells, of series.
pub const TEXT: RGBColor = RGBColor(0, 0, 0);
pub const GRID: RGBColor = RGBColor(0xA0, 0xC1, 0);
pub const HEAT: RGBColor = RGBColor(0xA0, 0xC2, 0);

/// Drawing fails where an axis has no width: a mistake of the caller's.
pub type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<std::io::Error>>;
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub type Chart<'a, 'b> = ChartContext<
    'b,
    SVGBackend<'a>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

pub fn colour(series: usize) -> RGBColor {
    RGBColor(0xA0, 0xC0, (series % COLOURS) as u8)
}

pub fn text_style(colour: &RGBColor) -> TextStyle<'static> {
    (FONT, TEXT_SIZE).into_font().color(colour)
}

/// Draws, and puts the page's colours in the place of the stand-ins. A figure that can't be drawn is
/// told in its place.
pub fn draw(size: (u32, u32), with: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut svg = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        with(&area).and_then(|()| area.present())
    };
    if let Err(error) = drawn {
        svg = format!(
            "<svg width=\"{}\" height=\"40\"><text x=\"8\" y=\"24\">not drawn: {error}</text></svg>",
            size.0
        );
    }
    themed(&svg, size)
}

fn themed(svg: &str, (width, height): (u32, u32)) -> String {
    let body = svg.split_once('>').map_or(svg, |(_, body)| body);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" style=\"--width:{width}px\" aria-hidden=\"true\" focusable=\"false\">{body}"
    );
    for series in 0..COLOURS {
        svg = svg.replace(&hex(colour(series)), &format!("var(--series-{series})"));
    }
    svg.replace(&hex(GRID), "var(--grid)")
        .replace(&hex(HEAT), "var(--heat)")
        .replace(&hex(TEXT), "currentColor")
        .replace(['\n', '\r'], " ")
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// How an axis is labelled.
pub struct Axis<'f> {
    pub label: &'f str,
    pub range: Range<f64>,
    pub ticks: usize,
    pub format: &'f dyn Fn(&f64) -> String,
}

/// A chart with two axes.
pub fn chart<'a, 'b>(area: &'b Area<'a>, x: &Axis<'_>, y: &Axis<'_>) -> Drawn<Chart<'a, 'b>>
where
    plotters::coord::types::RangedCoordf64: ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(14)
        .x_label_area_size(42)
        .y_label_area_size(56)
        .build_cartesian_2d(x.range.clone(), y.range.clone())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .axis_style(GRID)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style(text_style(&TEXT))
        .x_desc(x.label)
        .y_desc(y.label)
        .x_labels(x.ticks)
        .y_labels(y.ticks)
        .x_label_formatter(x.format)
        .y_label_formatter(y.format)
        .draw()?;
    Ok(chart)
}

/// A series' mark.
pub fn mark(chart: &mut Chart<'_, '_>, at: (f64, f64), series: usize) -> Drawn {
    let style = colour(series).filled();
    let corners: &[(i32, i32)] = match MARKS[series % MARKS.len()] {
        "circle" => {
            chart.draw_series([Circle::new(at, 4, style)])?;
            return Ok(());
        }
        "square" => &[(-4, -4), (4, -4), (4, 4), (-4, 4)],
        "triangle" => &[(0, -5), (5, 4), (-5, 4)],
        _ => &[(0, -6), (6, 0), (0, 6), (-6, 0)],
    };
    chart.draw_series([EmptyElement::at(at) + Polygon::new(corners.to_vec(), style)])?;
    Ok(())
}

/// A line from point to point.
pub fn line(
    chart: &mut Chart<'_, '_>,
    points: Vec<(f64, f64)>,
    series: usize,
    dashed: bool,
) -> Drawn {
    let style = colour(series).stroke_width(2);
    match dashed {
        true => chart.draw_series([DashedPathElement::new(points, 5, 4, style)])?,
        false => chart.draw_series([PathElement::new(points, style)])?,
    };
    Ok(())
}

/// An interval that stands or lies.
pub fn whisker(chart: &mut Chart<'_, '_>, ends: [(f64, f64); 2], series: usize) -> Drawn {
    let style = colour(series).stroke_width(1);
    chart.draw_series([PathElement::new(ends.to_vec(), style)])?;
    Ok(())
}
