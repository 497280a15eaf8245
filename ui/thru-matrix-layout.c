/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-layout.h"

#include <math.h>

/* 24 is the least target size that WCAG 2.2 allows (2.5.8); 44 and more suits fingers. */
static const double cell_sizes[] = { 24, 32, 40, 48, 60 };

#define OPEN_ROOM_HEIGHT 28.0
#define LABEL_PADDING 14.0
#define WIDEST_HORIZONTAL_CELL 132.0
#define WIDEST_IN_LINES 7.5 /* the same, where letters are large */
#define WIDEST_SLANTED_LABEL 150.0
#define WIDEST_SLANTED_IN_LINES 8.5
#define ROW_INDENT 30.0
#define ROW_METER_ROOM 22.0
#define WIDEST_ROW_LABEL 240.0 /* where the columns could use the room */
#define WIDEST_ROW_IN_LINES 14.0
#define WIDEST_SPARE_ROW_LABEL 400.0 /* where nothing else could */
#define WIDEST_SPARE_ROW_IN_LINES 24.0
#define NARROWEST_HEADER 96.0
#define NARROWEST_HEADER_IN_LINES 6.0 /* but not more than half */
#define HEADER_SHARE 0.4
#define SLANT (60.0 * G_PI / 180.0)

static guint
natural_size (guint n_rooms)
{
  if (n_rooms <= 2)
    {
      return 3;
    }
  if (n_rooms <= 4)
    {
      return 2;
    }

  return n_rooms <= 8 ? 1 : 0;
}

void
thru_matrix_layout_init (ThruMatrixLayout *self)
{
  *self = (ThruMatrixLayout) { 0 };
  self->rows = thru_matrix_axis_new ();
  self->columns = thru_matrix_axis_new ();
  thru_matrix_layout_choose (self, &(ThruMatrixDemand) { .line_height = 16 });
}

void
thru_matrix_layout_clear (ThruMatrixLayout *self)
{
  g_clear_pointer (&self->rows, thru_matrix_axis_free);
  g_clear_pointer (&self->columns, thru_matrix_axis_free);
}

void
thru_matrix_layout_get_zoom_range (guint n_rooms,
                                   int  *least,
                                   int  *most)
{
  guint natural = natural_size (n_rooms);

  *least = -(int) natural;
  *most = (int) G_N_ELEMENTS (cell_sizes) - 1 - (int) natural;
}

/* Labels stand upright when columns as wide as they need still fit the window. */
static gboolean
choose_horizontal (ThruMatrixLayout       *self,
                   const ThruMatrixDemand *demand)
{
  double widest = MAX (WIDEST_HORIZONTAL_CELL, WIDEST_IN_LINES * demand->line_height);
  double wanted = CLAMP (MAX (demand->column_label + LABEL_PADDING, demand->heading), self->cell_height, widest);

  thru_matrix_axis_set_sizes (self->columns, wanted, THRU_MATRIX_OPEN_ROOM_WIDTH);
  if (thru_matrix_axis_get_length (self->columns) > thru_matrix_layout_get_page_width (self))
    {
      return FALSE;
    }
  self->cell_width = wanted;
  self->lean = 0;
  self->header_height = self->strip_height + demand->line_height + LABEL_PADDING + self->foot_height;

  return TRUE;
}

double
thru_matrix_layout_get_widest_slanted (const ThruMatrixDemand *demand)
{
  return MAX (WIDEST_SLANTED_LABEL, WIDEST_SLANTED_IN_LINES * demand->line_height);
}

static void
choose_slanted (ThruMatrixLayout       *self,
                const ThruMatrixDemand *demand)
{
  double label = MIN (demand->column_label, thru_matrix_layout_get_widest_slanted (demand));

  self->cell_width = self->cell_height;
  self->lean = 1.0 / tan (SLANT);
  self->header_height = self->strip_height + self->foot_height
                        + ceil (label * sin (SLANT) + demand->line_height * cos (SLANT) + LABEL_PADDING / 2);
  thru_matrix_axis_set_sizes (self->columns, self->cell_width, THRU_MATRIX_OPEN_ROOM_WIDTH);
}

static double
get_header_width (const ThruMatrixDemand *demand,
                  double                  widest_label,
                  double                  widest_in_lines)
{
  double label = MIN (demand->row_label, MAX (widest_label, widest_in_lines * demand->line_height));

  return ceil (label + ROW_INDENT + ROW_METER_ROOM);
}

/* The names of rows may have what the columns leave. */
static void
widen_header (ThruMatrixLayout       *self,
              const ThruMatrixDemand *demand)
{
  double wanted = get_header_width (demand, WIDEST_SPARE_ROW_LABEL, WIDEST_SPARE_ROW_IN_LINES);
  double spare = floor (thru_matrix_layout_get_page_width (self) - thru_matrix_layout_get_content_width (self));

  if (spare > 0 && wanted > self->header_width)
    {
      self->header_width += MIN (wanted - self->header_width, spare);
    }
}

void
thru_matrix_layout_choose (ThruMatrixLayout       *self,
                           const ThruMatrixDemand *demand)
{
  guint n_rooms = thru_matrix_axis_get_n_rooms (self->rows);
  double large = MIN (NARROWEST_HEADER_IN_LINES * demand->line_height, floor (self->width / 2));
  double widest = MAX (MAX (floor (self->width * HEADER_SHARE), NARROWEST_HEADER), large);
  int least, most;

  thru_matrix_layout_get_zoom_range (n_rooms, &least, &most);
  self->cell_height = cell_sizes[(int) natural_size (n_rooms) + CLAMP (demand->zoom, least, most)];
  self->strip_height = thru_matrix_axis_has_open (self->columns) ? ceil (demand->line_height + 10) : 0;
  self->foot_height = 10;
  self->header_width = MIN (get_header_width (demand, WIDEST_ROW_LABEL, WIDEST_ROW_IN_LINES), widest);
  thru_matrix_axis_set_sizes (self->rows, self->cell_height, MAX (OPEN_ROOM_HEIGHT, ceil (demand->line_height + 8)));

  if (!choose_horizontal (self, demand))
    {
      choose_slanted (self, demand);
    }
  widen_header (self, demand);
}

double
thru_matrix_layout_get_content_width (const ThruMatrixLayout *self)
{
  return ceil (thru_matrix_axis_get_length (self->columns) + thru_matrix_layout_get_shift (self, 0));
}

double
thru_matrix_layout_get_content_height (const ThruMatrixLayout *self)
{
  return thru_matrix_axis_get_length (self->rows);
}

double
thru_matrix_layout_get_page_width (const ThruMatrixLayout *self)
{
  return MAX (self->width - self->header_width, 0);
}

double
thru_matrix_layout_get_page_height (const ThruMatrixLayout *self)
{
  return MAX (self->height - self->header_height, 0);
}

double
thru_matrix_layout_place (const ThruMatrixLayout *self,
                          double                  x,
                          double                  width)
{
  return self->rtl ? self->width - x - width : x;
}

double
thru_matrix_layout_get_shift (const ThruMatrixLayout *self,
                              double                  y)
{
  return MAX (self->header_height - self->foot_height - y, 0) * self->lean;
}

ThruMatrixRect
thru_matrix_layout_get_region (const ThruMatrixLayout *self,
                               ThruMatrixArea          area)
{
  gboolean header_row = area == THRU_MATRIX_CORNER || area == THRU_MATRIX_COLUMN_HEADER;
  gboolean header_column = area == THRU_MATRIX_CORNER || area == THRU_MATRIX_ROW_HEADER;
  ThruMatrixRect rect;

  rect.width = header_column ? self->header_width : thru_matrix_layout_get_page_width (self);
  rect.height = header_row ? self->header_height : thru_matrix_layout_get_page_height (self);
  rect.x = thru_matrix_layout_place (self, header_column ? 0 : self->header_width, rect.width);
  rect.y = header_row ? 0 : self->header_height;

  return rect;
}

ThruMatrixRect
thru_matrix_layout_get_row (const ThruMatrixLayout *self,
                            guint                   row)
{
  const ThruMatrixLine *line = thru_matrix_axis_get_line (self->rows, row);

  return (ThruMatrixRect) {
           .x = thru_matrix_layout_place (self, 0, self->header_width),
           .y = self->header_height + line->start - self->scroll_y,
           .width = self->header_width,
           .height = line->size,
  };
}

ThruMatrixRect
thru_matrix_layout_get_column (const ThruMatrixLayout *self,
                               guint                   column)
{
  const ThruMatrixLine *line = thru_matrix_axis_get_line (self->columns, column);

  return (ThruMatrixRect) {
           .x = thru_matrix_layout_place (self, self->header_width + line->start - self->scroll_x, line->size),
           .y = 0,
           .width = line->size,
           .height = self->header_height,
  };
}

ThruMatrixRect
thru_matrix_layout_get_cell (const ThruMatrixLayout *self,
                             guint                   row,
                             guint                   column)
{
  ThruMatrixRect across = thru_matrix_layout_get_column (self, column);
  ThruMatrixRect down = thru_matrix_layout_get_row (self, row);

  return (ThruMatrixRect) { across.x, down.y, across.width, down.height };
}

gboolean
thru_matrix_layout_get_pinned (const ThruMatrixLayout *self,
                               guint                  *row,
                               ThruMatrixRect         *rect)
{
  double start;
  int line = thru_matrix_axis_get_pinned (self->rows, self->scroll_y, &start);

  if (line < 0)
    {
      return FALSE;
    }
  *row = (guint) line;
  *rect = (ThruMatrixRect) {
    .x = 0,
    .y = self->header_height + start,
    .width = self->width,
    .height = thru_matrix_axis_get_line (self->rows, (guint) line)->size,
  };

  return TRUE;
}

gboolean
thru_matrix_layout_get_visible (const ThruMatrixLayout *self,
                                guint                  *first_row,
                                guint                  *last_row,
                                guint                  *first_column,
                                guint                  *last_column)
{
  return thru_matrix_axis_get_visible (self->rows, self->scroll_y, thru_matrix_layout_get_page_height (self),
                                       first_row, last_row)
         && thru_matrix_axis_get_visible (self->columns, self->scroll_x, thru_matrix_layout_get_page_width (self),
                                          first_column, last_column);
}

static int
row_at (const ThruMatrixLayout *self,
        double                  y)
{
  ThruMatrixRect pinned;
  guint row;

  if (thru_matrix_layout_get_pinned (self, &row, &pinned) && y < pinned.y + pinned.height)
    {
      return (int) row;
    }

  return thru_matrix_axis_line_at (self->rows, y - self->header_height + self->scroll_y);
}

/* In the strip a room's name stands for all of its columns. */
static int
column_at (const ThruMatrixLayout *self,
           double                  x,
           double                  y)
{
  double position = x - self->header_width + self->scroll_x;
  int column;

  if (y < self->header_height)
    {
      position -= thru_matrix_layout_get_shift (self, y);
    }
  column = thru_matrix_axis_line_at (self->columns, position);
  if (column >= 0 && y < self->strip_height)
    {
      guint room = thru_matrix_axis_get_line (self->columns, (guint) column)->room;

      column = (int) thru_matrix_axis_find_line (self->columns, room, -1);
    }

  return column;
}

ThruMatrixHit
thru_matrix_layout_hit_test (const ThruMatrixLayout *self,
                             double                  x,
                             double                  y)
{
  ThruMatrixHit hit = { THRU_MATRIX_NOWHERE, -1, -1 };
  gboolean left, above;

  if (x < 0 || y < 0 || x >= self->width || y >= self->height)
    {
      return hit;
    }
  if (self->rtl)
    {
      x = self->width - x;
    }
  left = x < self->header_width;
  above = y < self->header_height;
  if (left && above)
    {
      hit.area = THRU_MATRIX_CORNER;
      return hit;
    }

  hit.row = above ? -1 : row_at (self, y);
  hit.column = left ? -1 : column_at (self, x, y);
  if (above)
    {
      hit.area = hit.column >= 0 ? THRU_MATRIX_COLUMN_HEADER : THRU_MATRIX_NOWHERE;
    }
  else if (left)
    {
      hit.area = hit.row >= 0 ? THRU_MATRIX_ROW_HEADER : THRU_MATRIX_NOWHERE;
    }
  else
    {
      hit.area = hit.row >= 0 && hit.column >= 0 ? THRU_MATRIX_BODY : THRU_MATRIX_NOWHERE;
    }

  return hit;
}

static double
reveal (const ThruMatrixLine *line,
        double                scroll,
        double                page,
        double                covered)
{
  if (line->start - covered < scroll || page < line->size + covered)
    {
      return MAX (line->start - covered, 0);
    }

  return MAX (scroll, line->start + line->size - page);
}

void
thru_matrix_layout_reveal (const ThruMatrixLayout *self,
                           guint                   row,
                           guint                   column,
                           double                 *scroll_x,
                           double                 *scroll_y)
{
  const ThruMatrixLine *down = thru_matrix_axis_get_line (self->rows, row);
  const ThruMatrixLine *across = thru_matrix_axis_get_line (self->columns, column);
  guint first = thru_matrix_axis_find_line (self->rows, down->room, -1);
  double covered = row == first ? 0 : thru_matrix_axis_get_line (self->rows, first)->size;

  *scroll_x = reveal (across, self->scroll_x, thru_matrix_layout_get_page_width (self), 0);
  *scroll_y = reveal (down, self->scroll_y, thru_matrix_layout_get_page_height (self), covered);
}
