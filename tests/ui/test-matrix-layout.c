/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The matrix' arithmetic, without a display. */

#include "thru-cell-state.h"
#include "thru-matrix-layout.h"
#include "thru-meter-bank.h"

#include <locale.h>

static const char *const ids[] = { "own", "live", "empty", "drums" };
static const guint n_sources[] = { 3, 2, 0, 4 };

static ThruMatrixAxis *
create_axis (void)
{
  ThruMatrixAxis *axis = thru_matrix_axis_new ();

  thru_matrix_axis_set_sizes (axis, 30, 20);
  thru_matrix_axis_set_rooms (axis, ids, n_sources, G_N_ELEMENTS (ids));

  return axis;
}

static void
test_lines (void)
{
  g_autoptr(ThruMatrixAxis) axis = create_axis ();
  const ThruMatrixLine *line;

  /* Room and three devices, room and two, an empty room, room and four. */
  g_assert_cmpuint (thru_matrix_axis_get_n_lines (axis), ==, 4 + 3 + 1 + 5);
  g_assert_cmpfloat (thru_matrix_axis_get_length (axis), ==, 3 * 20 + 9 * 30 + 30);
  line = thru_matrix_axis_get_line (axis, 5);
  g_assert_cmpuint (line->room, ==, 1);
  g_assert_cmpint (line->device, ==, 0);
  g_assert_cmpfloat (line->start, ==, 20 + 3 * 30 + 20);
  g_assert_cmpfloat (line->size, ==, 30);
  line = thru_matrix_axis_get_line (axis, 7);
  g_assert_cmpint (line->device, ==, -1);
  g_assert_false (line->open);
  g_assert_false (line->folded);
}

static void
test_fold (void)
{
  g_autoptr(ThruMatrixAxis) axis = create_axis ();

  thru_matrix_axis_set_folded (axis, 0, TRUE);
  g_assert_cmpuint (thru_matrix_axis_get_n_lines (axis), ==, 1 + 3 + 1 + 5);
  g_assert_true (thru_matrix_axis_get_line (axis, 0)->folded);
  g_assert_cmpfloat (thru_matrix_axis_get_line (axis, 0)->size, ==, 30);
  g_assert_cmpuint (thru_matrix_axis_find_line (axis, 0, 2), ==, 0);
  g_assert_cmpuint (thru_matrix_axis_find_line (axis, 1, 1), ==, 3);
}

static void
test_fold_empty_room (void)
{
  g_autoptr(ThruMatrixAxis) axis = create_axis ();

  g_assert_false (thru_matrix_axis_can_fold (axis, 2));
  thru_matrix_axis_set_folded (axis, 2, TRUE);
  g_assert_false (thru_matrix_axis_is_folded (axis, 2));
}

static void
test_folds_remembered (void)
{
  static const char *const fewer[] = { "own", "drums" };
  static const guint n_fewer[] = { 3, 4 };
  g_autoptr(ThruMatrixAxis) axis = create_axis ();

  thru_matrix_axis_set_folded (axis, 1, TRUE);
  thru_matrix_axis_set_rooms (axis, fewer, n_fewer, 2);
  thru_matrix_axis_set_rooms (axis, ids, n_sources, G_N_ELEMENTS (ids));
  g_assert_true (thru_matrix_axis_is_folded (axis, 1));
  g_assert_false (thru_matrix_axis_is_folded (axis, 3));
}

static void
test_many_rooms_start_folded (void)
{
  g_assert_false (thru_matrix_axis_folds_at_first (8, 40, FALSE));
  g_assert_true (thru_matrix_axis_folds_at_first (9, 40, FALSE));
  g_assert_false (thru_matrix_axis_folds_at_first (9, 40, TRUE));
  g_assert_true (thru_matrix_axis_folds_at_first (4, 400, FALSE));
  g_assert_true (thru_matrix_axis_folds_at_first (40, 40, TRUE));
}

static void
test_line_at (void)
{
  g_autoptr(ThruMatrixAxis) axis = create_axis ();

  g_assert_cmpint (thru_matrix_axis_line_at (axis, -1), ==, -1);
  g_assert_cmpint (thru_matrix_axis_line_at (axis, 0), ==, 0);
  g_assert_cmpint (thru_matrix_axis_line_at (axis, 19.5), ==, 0);
  g_assert_cmpint (thru_matrix_axis_line_at (axis, 20), ==, 1);
  for (guint i = 0; i < thru_matrix_axis_get_n_lines (axis); i++)
    {
      const ThruMatrixLine *line = thru_matrix_axis_get_line (axis, i);

      g_assert_cmpint (thru_matrix_axis_line_at (axis, line->start), ==, (int) i);
      g_assert_cmpint (thru_matrix_axis_line_at (axis, line->start + line->size - 0.5), ==, (int) i);
    }
  g_assert_cmpint (thru_matrix_axis_line_at (axis, thru_matrix_axis_get_length (axis)), ==, -1);
}

static void
test_visible (void)
{
  g_autoptr(ThruMatrixAxis) axis = create_axis ();
  guint first, last;

  g_assert_true (thru_matrix_axis_get_visible (axis, 25, 50, &first, &last));
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (last, ==, 2);
  g_assert_true (thru_matrix_axis_get_visible (axis, 0, 9999, &first, &last));
  g_assert_cmpuint (last, ==, thru_matrix_axis_get_n_lines (axis) - 1);
  g_assert_false (thru_matrix_axis_get_visible (axis, 9999, 50, &first, &last));
  g_assert_false (thru_matrix_axis_get_visible (axis, 0, 0, &first, &last));
}

static void
test_pinned (void)
{
  g_autoptr(ThruMatrixAxis) axis = create_axis ();
  double start = 1;

  g_assert_cmpint (thru_matrix_axis_get_pinned (axis, 0, &start), ==, -1);
  g_assert_cmpint (thru_matrix_axis_get_pinned (axis, 25, &start), ==, 0);
  g_assert_cmpfloat (start, ==, 0);
  /* The next room, at 110, pushes it out. */
  g_assert_cmpint (thru_matrix_axis_get_pinned (axis, 100, &start), ==, 0);
  g_assert_cmpfloat (start, ==, -10);
  thru_matrix_axis_set_folded (axis, 0, TRUE);
  g_assert_cmpint (thru_matrix_axis_get_pinned (axis, 25, &start), ==, -1);
}

static void
init_layout (ThruMatrixLayout *layout,
             guint             n_rooms,
             guint             n_devices,
             double            width,
             double            height)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree guint *counts = g_new (guint, n_rooms);

  for (guint i = 0; i < n_rooms; i++)
    {
      g_ptr_array_add (names, g_strdup_printf ("room-%u", i));
      counts[i] = n_devices;
    }
  thru_matrix_layout_init (layout);
  thru_matrix_axis_set_rooms (layout->rows, (const char *const *) names->pdata, counts, n_rooms);
  thru_matrix_axis_set_rooms (layout->columns, (const char *const *) names->pdata, counts, n_rooms);
  layout->width = width;
  layout->height = height;
  thru_matrix_layout_choose (layout, &(ThruMatrixDemand) { 120, 90, 16, 0 });
}

static void
test_density (void)
{
  static const struct { guint n_rooms; double least, most; } cases[] = { { 2, 44, 56 }, { 8, 30, 34 }, { 40, 20, 24 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ThruMatrixLayout layout;

      init_layout (&layout, cases[i].n_rooms, 4, 1200, 800);
      g_assert_cmpfloat (layout.cell_height, >=, cases[i].least);
      g_assert_cmpfloat (layout.cell_height, <=, cases[i].most);
      thru_matrix_layout_clear (&layout);
    }
}

static void
test_zoom (void)
{
  ThruMatrixLayout layout;
  double before = 0;
  int least, most;

  init_layout (&layout, 8, 4, 1200, 800);
  thru_matrix_layout_get_zoom_range (8, &least, &most);
  for (int zoom = least; zoom <= most; zoom++)
    {
      thru_matrix_layout_choose (&layout, &(ThruMatrixDemand) { 120, 90, 16, zoom });
      g_assert_cmpfloat (layout.cell_height, >, before);
      before = layout.cell_height;
    }
  thru_matrix_layout_choose (&layout, &(ThruMatrixDemand) { 120, 90, 16, 99 });
  g_assert_cmpfloat (layout.cell_height, ==, before);
  thru_matrix_layout_clear (&layout);
}

static void
test_labels_lean_when_they_must (void)
{
  ThruMatrixLayout layout;

  init_layout (&layout, 2, 3, 1200, 800);
  g_assert_cmpfloat (layout.lean, ==, 0);
  g_assert_cmpfloat (layout.cell_width, >=, 90);
  layout.width = 500;
  thru_matrix_layout_choose (&layout, &(ThruMatrixDemand) { 120, 90, 16, 0 });
  g_assert_cmpfloat (layout.lean, >, 0);
  g_assert_cmpfloat (layout.cell_width, ==, layout.cell_height);
  thru_matrix_layout_clear (&layout);
}

static void
assert_hits_every_cell (ThruMatrixLayout *layout)
{
  for (guint row = 0; row < 5; row++)
    {
      for (guint column = 0; column < 5; column++)
        {
          ThruMatrixRect rect = thru_matrix_layout_get_cell (layout, row, column);
          ThruMatrixHit hit = thru_matrix_layout_hit_test (layout, rect.x + rect.width / 2, rect.y + rect.height / 2);

          g_assert_cmpint (hit.area, ==, THRU_MATRIX_BODY);
          g_assert_cmpint (hit.row, ==, (int) row);
          g_assert_cmpint (hit.column, ==, (int) column);
        }
    }
}

static void
test_hit_cells (void)
{
  ThruMatrixLayout layout;

  init_layout (&layout, 8, 4, 1000, 800);
  assert_hits_every_cell (&layout);
  layout.rtl = TRUE;
  assert_hits_every_cell (&layout);
  thru_matrix_layout_clear (&layout);
}

static void
test_mirrored (void)
{
  ThruMatrixLayout layout;
  ThruMatrixRect rect, mirrored;

  init_layout (&layout, 8, 4, 1000, 800);
  layout.scroll_x = 70;
  rect = thru_matrix_layout_get_cell (&layout, 2, 3);
  layout.rtl = TRUE;
  mirrored = thru_matrix_layout_get_cell (&layout, 2, 3);
  g_assert_cmpfloat (mirrored.x, ==, 1000 - rect.x - rect.width);
  g_assert_cmpfloat (mirrored.y, ==, rect.y);
  g_assert_cmpint (thru_matrix_layout_hit_test (&layout, 995, 400).area, ==, THRU_MATRIX_ROW_HEADER);
  g_assert_cmpint (thru_matrix_layout_hit_test (&layout, 995, 4).area, ==, THRU_MATRIX_CORNER);
  thru_matrix_layout_clear (&layout);
}

static void
test_hit_leaning_header (void)
{
  ThruMatrixLayout layout;
  ThruMatrixRect rect;
  ThruMatrixHit hit;
  double y;

  init_layout (&layout, 8, 4, 1000, 800);
  g_assert_cmpfloat (layout.lean, >, 0);
  rect = thru_matrix_layout_get_column (&layout, 3);
  y = layout.strip_height + 10;
  hit = thru_matrix_layout_hit_test (&layout, rect.x + rect.width / 2 + thru_matrix_layout_get_shift (&layout, y), y);
  g_assert_cmpint (hit.area, ==, THRU_MATRIX_COLUMN_HEADER);
  g_assert_cmpint (hit.column, ==, 3);
  thru_matrix_layout_clear (&layout);
}

static void
test_hit_strip (void)
{
  ThruMatrixLayout layout;
  ThruMatrixRect rect;
  ThruMatrixHit hit;

  init_layout (&layout, 8, 4, 1000, 800);
  /* Over the second room's last device. */
  rect = thru_matrix_layout_get_column (&layout, 9);
  hit = thru_matrix_layout_hit_test (&layout, rect.x + 4 + thru_matrix_layout_get_shift (&layout, 4), 4);
  g_assert_cmpint (hit.column, ==, 5);
  thru_matrix_layout_clear (&layout);
}

static void
test_headings_fit (void)
{
  ThruMatrixLayout layout;
  ThruMatrixDemand demand = { .row_label = 120, .column_label = 40, .line_height = 18, .heading = 110 };

  init_layout (&layout, 2, 2, 1000, 800);
  thru_matrix_layout_choose (&layout, &demand);
  g_assert_cmpfloat (layout.lean, ==, 0);
  g_assert_cmpfloat (layout.cell_width, ==, 110);
  demand.heading = 300;
  thru_matrix_layout_choose (&layout, &demand);
  g_assert_cmpfloat (layout.cell_width, <, 150);
  thru_matrix_layout_clear (&layout);
}

static void
test_large_letters_have_room (void)
{
  ThruMatrixDemand demand = { .line_height = 18 };
  double widest = thru_matrix_layout_get_widest_slanted (&demand);

  demand.line_height = 36;
  g_assert_cmpfloat (thru_matrix_layout_get_widest_slanted (&demand), >, 1.8 * widest);
}

static void
test_no_strip_without_open_rooms (void)
{
  ThruMatrixLayout layout;

  init_layout (&layout, 40, 4, 1000, 800);
  g_assert_cmpfloat (layout.strip_height, ==, 0);
  thru_matrix_axis_set_folded (layout.columns, 3, FALSE);
  thru_matrix_layout_choose (&layout, &(ThruMatrixDemand) { 120, 90, 16, 0 });
  g_assert_cmpfloat (layout.strip_height, >, 0);
  thru_matrix_layout_clear (&layout);
}

static void
test_hit_pinned (void)
{
  ThruMatrixLayout layout;
  ThruMatrixRect pinned;
  guint row;

  init_layout (&layout, 8, 4, 1000, 800);
  layout.scroll_y = 70;
  g_assert_true (thru_matrix_layout_get_pinned (&layout, &row, &pinned));
  g_assert_cmpuint (row, ==, 0);
  g_assert_cmpint (thru_matrix_layout_hit_test (&layout, 20, pinned.y + 2).row, ==, 0);
  g_assert_cmpint (thru_matrix_layout_hit_test (&layout, 20, pinned.y + pinned.height + 2).row, >, 0);
  thru_matrix_layout_clear (&layout);
}

static void
test_reveal (void)
{
  ThruMatrixLayout layout;
  guint n_lines;

  init_layout (&layout, 8, 6, 700, 500);
  n_lines = thru_matrix_axis_get_n_lines (layout.rows);
  for (guint i = 0; i < n_lines; i++)
    {
      guint at = i * 17 % n_lines;
      ThruMatrixRect rect, body = thru_matrix_layout_get_region (&layout, THRU_MATRIX_BODY);
      ThruMatrixHit hit;

      thru_matrix_layout_reveal (&layout, at, n_lines - 1 - at, &layout.scroll_x, &layout.scroll_y);
      rect = thru_matrix_layout_get_cell (&layout, at, n_lines - 1 - at);
      g_assert_cmpfloat (rect.x, >=, body.x);
      g_assert_cmpfloat (rect.x + rect.width, <=, body.x + body.width);
      g_assert_cmpfloat (rect.y + rect.height, <=, body.y + body.height);
      /* Nor is it under the pinned room. */
      hit = thru_matrix_layout_hit_test (&layout, rect.x + 1, rect.y + 1);
      g_assert_cmpint (hit.row, ==, (int) at);
    }
  thru_matrix_layout_clear (&layout);
}

static void
test_narrow (void)
{
  ThruMatrixLayout layout;

  init_layout (&layout, 2, 3, 300, 200);
  g_assert_cmpfloat (layout.header_width, <=, 120);
  g_assert_cmpfloat (thru_matrix_layout_get_page_width (&layout), >, layout.cell_width);
  thru_matrix_layout_clear (&layout);
}

static void
test_names_have_what_columns_leave (void)
{
  ThruMatrixLayout layout;
  ThruMatrixDemand demand = { .row_label = 180, .column_label = 60, .line_height = 18 };
  double narrow;

  /* One room with two devices each way: there is room for the names, even here. */
  init_layout (&layout, 1, 2, 360, 500);
  thru_matrix_layout_choose (&layout, &demand);
  g_assert_cmpfloat (layout.header_width, >=, 180);
  g_assert_cmpfloat (thru_matrix_layout_get_content_width (&layout), <=, thru_matrix_layout_get_page_width (&layout));
  layout.width = 330;
  thru_matrix_layout_choose (&layout, &demand);
  narrow = layout.header_width;
  g_assert_cmpfloat (narrow, <, 232);
  g_assert_cmpfloat (narrow, >, 132);

  /* Bounded, too. */
  demand.row_label = 2000;
  layout.width = 2500;
  thru_matrix_layout_choose (&layout, &demand);
  g_assert_cmpfloat (layout.header_width, >, 400);
  g_assert_cmpfloat (layout.header_width, <, 600);
  thru_matrix_layout_clear (&layout);
}

static void
test_many_columns_keep_their_room (void)
{
  ThruMatrixLayout layout;
  ThruMatrixDemand demand = { .row_label = 300, .column_label = 60, .line_height = 18 };

  init_layout (&layout, 8, 4, 360, 500);
  thru_matrix_layout_choose (&layout, &demand);
  g_assert_cmpfloat (layout.header_width, ==, 144);
  layout.width = 1000;
  thru_matrix_layout_choose (&layout, &demand);
  g_assert_cmpfloat (layout.header_width, <=, 400);
  thru_matrix_layout_clear (&layout);
}

static void
test_sum_words (void)
{
  ThruCellSum sum = { 0 };
  g_autofree char *nothing = thru_cell_sum_to_words (&sum, 12);
  g_autofree char *some = NULL;

  g_assert_cmpstr (nothing, ==, "not connected");
  thru_cell_sum_add (&sum, THRU_ROUTE_CONNECTED);
  thru_cell_sum_add (&sum, THRU_ROUTE_CONNECTED);
  thru_cell_sum_add (&sum, THRU_ROUTE_PROBLEM);
  some = thru_cell_sum_to_words (&sum, 12);
  g_assert_cmpstr (some, ==, "2 of 12 connected, 1 problem");
}

static void
test_sum_state (void)
{
  ThruCellSum sum = { 0 };

  g_assert_cmpint (thru_cell_sum_get_state (&sum, 2), ==, THRU_CELL_EMPTY);
  sum.connected = 1;
  g_assert_cmpint (thru_cell_sum_get_state (&sum, 2), ==, THRU_CELL_PARTIAL);
  sum.connected = 2;
  g_assert_cmpint (thru_cell_sum_get_state (&sum, 2), ==, THRU_CELL_CONNECTED);
  sum.waiting = 1;
  g_assert_cmpint (thru_cell_sum_get_worst (&sum), ==, THRU_CELL_WAITING);
  sum.problem = 1;
  g_assert_cmpint (thru_cell_sum_get_worst (&sum), ==, THRU_CELL_PROBLEM);
}

static void
test_meter_decays (void)
{
  g_autoptr(ThruMeterBank) bank = thru_meter_bank_new ();
  ThruMeter *meter = thru_meter_new ();
  double loud;

  thru_meter_bank_set (bank, &meter, 1);
  g_assert_false (thru_meter_bank_peek (bank));
  thru_meter_count (meter, (const uint8_t[]) { 0x90, 60, 127 }, 3);
  g_assert_true (thru_meter_bank_peek (bank));
  g_assert_true (thru_meter_bank_advance (bank, 1000000, FALSE));
  loud = thru_meter_bank_get_level (bank, 0);
  g_assert_cmpfloat (loud, ==, 1);
  g_assert_true (thru_meter_bank_advance (bank, 1150000, FALSE));
  g_assert_cmpfloat_with_epsilon (thru_meter_bank_get_level (bank, 0), 0.37, 0.04);
  thru_meter_bank_advance (bank, 3000000, FALSE);
  g_assert_true (thru_meter_bank_is_quiet (bank));
  g_assert_false (thru_meter_bank_peek (bank));
  thru_meter_unref (meter);
}

static void
test_meter_ignores_clock (void)
{
  g_autoptr(ThruMeterBank) bank = thru_meter_bank_new ();
  ThruMeter *meter = thru_meter_new ();

  thru_meter_bank_set (bank, &meter, 1);
  thru_meter_count (meter, (const uint8_t[]) { 0xf8 }, 1);
  g_assert_false (thru_meter_bank_peek (bank));
  g_assert_false (thru_meter_bank_advance (bank, 1000, FALSE));
  thru_meter_unref (meter);
}

static void
test_meter_steady (void)
{
  g_autoptr(ThruMeterBank) bank = thru_meter_bank_new ();
  ThruMeter *meter = thru_meter_new ();

  thru_meter_bank_set (bank, &meter, 1);
  thru_meter_count (meter, (const uint8_t[]) { 0x90, 60, 1 }, 3);
  g_assert_true (thru_meter_bank_advance (bank, 1000000, TRUE));
  g_assert_cmpfloat (thru_meter_bank_get_level (bank, 0), ==, 1);
  g_assert_false (thru_meter_bank_advance (bank, 1250000, TRUE));
  g_assert_true (thru_meter_bank_advance (bank, 1350000, TRUE));
  g_assert_cmpfloat (thru_meter_bank_get_level (bank, 0), ==, 0);
  thru_meter_unref (meter);
}

static void
test_meters_keep_their_levels (void)
{
  g_autoptr(ThruMeterBank) bank = thru_meter_bank_new ();
  ThruMeter *one = thru_meter_new (), *two = thru_meter_new ();

  thru_meter_bank_set (bank, &one, 1);
  thru_meter_count (one, (const uint8_t[]) { 0x90, 60, 127 }, 3);
  thru_meter_count (two, (const uint8_t[]) { 0x90, 60, 127 }, 3);
  thru_meter_bank_advance (bank, 1000000, FALSE);
  thru_meter_bank_set (bank, (ThruMeter *[]) { two, one }, 2);
  g_assert_cmpfloat (thru_meter_bank_get_level (bank, 1), ==, 1);
  /* What was counted before it was added is past. */
  g_assert_cmpfloat (thru_meter_bank_get_level (bank, 0), ==, 0);
  thru_meter_unref (one);
  thru_meter_unref (two);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/matrix-axis/rooms-and-devices-make-lines", test_lines);
  g_test_add_func ("/matrix-axis/a-folded-room-is-one-line", test_fold);
  g_test_add_func ("/matrix-axis/an-empty-room-does-not-fold", test_fold_empty_room);
  g_test_add_func ("/matrix-axis/folds-are-remembered-while-a-room-is-gone", test_folds_remembered);
  g_test_add_func ("/matrix-axis/many-rooms-start-folded", test_many_rooms_start_folded);
  g_test_add_func ("/matrix-axis/every-position-has-its-line", test_line_at);
  g_test_add_func ("/matrix-axis/visible-lines-include-those-cut-off", test_visible);
  g_test_add_func ("/matrix-axis/the-current-room-is-pinned", test_pinned);
  g_test_add_func ("/matrix-layout/fewer-rooms-have-bigger-cells", test_density);
  g_test_add_func ("/matrix-layout/every-step-of-zoom-is-bigger", test_zoom);
  g_test_add_func ("/matrix-layout/labels-lean-only-when-they-must", test_labels_lean_when_they_must);
  g_test_add_func ("/matrix-layout/every-cell-is-hit-in-its-middle", test_hit_cells);
  g_test_add_func ("/matrix-layout/right-to-left-is-mirrored", test_mirrored);
  g_test_add_func ("/matrix-layout/a-leaning-header-is-hit-where-it-is-drawn", test_hit_leaning_header);
  g_test_add_func ("/matrix-layout/the-strip-stands-for-the-room", test_hit_strip);
  g_test_add_func ("/matrix-layout/the-names-of-open-rooms-fit-above-their-columns", test_headings_fit);
  g_test_add_func ("/matrix-layout/large-letters-have-room", test_large_letters_have_room);
  g_test_add_func ("/matrix-layout/no-strip-without-open-rooms", test_no_strip_without_open_rooms);
  g_test_add_func ("/matrix-layout/the-pinned-room-is-hit-first", test_hit_pinned);
  g_test_add_func ("/matrix-layout/reveal-shows-the-whole-cell", test_reveal);
  g_test_add_func ("/matrix-layout/headers-leave-room-in-a-narrow-window", test_narrow);
  g_test_add_func ("/matrix-layout/names-have-what-columns-leave", test_names_have_what_columns_leave);
  g_test_add_func ("/matrix-layout/many-columns-keep-their-room", test_many_columns_keep_their_room);
  g_test_add_func ("/cell-sum/says-counts-in-words", test_sum_words);
  g_test_add_func ("/cell-sum/state-and-what-is-worst", test_sum_state);
  g_test_add_func ("/meter-bank/a-note-lights-and-decays", test_meter_decays);
  g_test_add_func ("/meter-bank/clock-does-not-light", test_meter_ignores_clock);
  g_test_add_func ("/meter-bank/reduced-motion-is-a-steady-lamp", test_meter_steady);
  g_test_add_func ("/meter-bank/meters-that-stay-keep-their-level", test_meters_keep_their_levels);

  return g_test_run ();
}
