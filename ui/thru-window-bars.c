/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-window-private.h"

/* Pixels: more than that is scrolled, when the window is low or in any case. */
#define LOW_MAX 180
#define HIGH_MAX 320

static GtkSizeRequestMode
get_request_mode (GtkWidget *bin)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* A scrolled window's natural height is the one that its content has when it is as wide as it likes: texts that wrap would be
 * hidden where there is room for them. */
static void
measure (GtkWidget     *bin,
         GtkOrientation orientation,
         int            for_size,
         int           *minimum,
         int           *natural,
         int           *minimum_baseline,
         int           *natural_baseline)
{
  GtkWidget *scroller = adw_bin_get_child (ADW_BIN (bin));
  GtkWidget *viewport = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller));
  int height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (viewport, orientation, -1, minimum, natural, NULL, NULL);
      return;
    }

  gtk_widget_measure (gtk_viewport_get_child (GTK_VIEWPORT (viewport)), orientation, for_size, &height, NULL, NULL, NULL);
  *minimum = MIN (height, LOW_MAX);
  *natural = MIN (height, HIGH_MAX);
}

static void
allocate (GtkWidget *bin,
          int        width,
          int        height,
          int        baseline)
{
  GtkWidget *scroller = adw_bin_get_child (ADW_BIN (bin));
  int minimum;

  /* GTK wants to have asked. */
  gtk_widget_measure (scroller, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  gtk_widget_allocate (scroller, width, MAX (height, minimum), baseline, NULL);
}

void
_thru_window_lay_bars_out (GtkWidget *bin)
{
  g_return_if_fail (ADW_IS_BIN (bin));

  gtk_widget_set_layout_manager (bin, gtk_custom_layout_new (get_request_mode, measure, allocate));
}
