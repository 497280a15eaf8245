/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A window with the matrix of an imaginary studio: how long until it shows, what a moving and a quiet one cost. With --picture,
 * only that: how it looks. */

#include "thru-demo-studio.h"
#include "thru-matrix-view.h"
#include "thru-route-list.h"

#include <adwaita.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int n_rooms = 8;
static int n_devices = 8;
static int width = 1280;
static int height = 800;
static int scroll_x, scroll_y;
static int zoom;
static int seconds = 5;
static gboolean right_to_left;
static gboolean as_it_starts;
static gboolean show_list;
static char *picture;
static char *cursor;

static const GOptionEntry entries[] = {
  { "rooms", 0, 0, G_OPTION_ARG_INT, &n_rooms, "Rooms, 8", "N" },
  { "devices", 0, 0, G_OPTION_ARG_INT, &n_devices, "Sources and destinations of each room, 8; 0: a mixture", "N" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Of the window, 1280", "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Of the window, 800", "PIXELS" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Of each measurement, 5", "N" },
  { "zoom", 0, 0, G_OPTION_ARG_INT, &zoom, "Steps of zoom", "N" },
  { "as-it-starts", 0, 0, G_OPTION_ARG_NONE, &as_it_starts, "Leave rooms folded as they start", NULL },
  { "list", 0, 0, G_OPTION_ARG_NONE, &show_list, "Show the list of routes instead", NULL },
  { "right-to-left", 0, 0, G_OPTION_ARG_NONE, &right_to_left, "Mirror", NULL },
  { "picture", 0, 0, G_OPTION_ARG_FILENAME, &picture, "Save how it looks, and end", "FILE" },
  { "cursor", 0, 0, G_OPTION_ARG_STRING, &cursor, "Keys to press first: D(own), R(ight)", "KEYS" },
  { "scroll-x", 0, 0, G_OPTION_ARG_INT, &scroll_x, "Scroll first", "PIXELS" },
  { "scroll-y", 0, 0, G_OPTION_ARG_INT, &scroll_y, "Scroll first", "PIXELS" },
  { NULL }
};

static double
get_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static double
get_resident_mb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || (line = strstr (status, "VmRSS:")) == NULL)
    {
      return 0;
    }

  return strtod (line + strlen ("VmRSS:"), NULL) / 1024;
}

static gboolean
raise_flag_cb (gpointer flag)
{
  *(gboolean *) flag = TRUE;

  return G_SOURCE_REMOVE;
}

/* Runs the main loop for a while. Returns how often it woke up. */
static guint
run_for (guint milliseconds)
{
  gboolean over = FALSE;
  guint n = 0;

  g_timeout_add (milliseconds, raise_flag_cb, &over);
  while (!over)
    {
      n += g_main_context_iteration (NULL, TRUE);
    }

  return n;
}

static void
count_frame_cb (GdkFrameClock *clock,
                guint         *n_frames)
{
  ++*n_frames;
}

static GtkEventController *
find_keys (GtkWidget *widget)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        {
          return controller;
        }
    }

  return NULL;
}

static void
press_keys (GtkWidget *matrix)
{
  GtkEventController *keys = find_keys (matrix);

  for (const char *key = cursor; key != NULL && *key != '\0'; key++)
    {
      guint value = *key == 'D' ? GDK_KEY_Down : GDK_KEY_Right;
      gboolean handled;

      g_signal_emit_by_name (keys, "key-pressed", value, 0, 0, &handled);
    }
}

static void
save_picture (GtkWidget *window)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new (window);
  int w = gdk_paintable_get_intrinsic_width (paintable), h = gdk_paintable_get_intrinsic_height (paintable);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, snapshot, w, h);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) w, (float) h));
  if (!gdk_texture_save_to_png (texture, picture))
    {
      g_printerr ("%s could not be written\n", picture);
      exit (1);
    }
}

static void
sentence_cb (GObject    *matrix,
             GParamSpec *pspec,
             GtkLabel   *label)
{
  const char *sentence = thru_matrix_view_get_sentence (THRU_MATRIX_VIEW (matrix));

  gtk_label_set_text (label, sentence != NULL ? sentence : "");
}

static GtkWidget *
create_window (GtkWidget **matrix,
               ThruStudio *studio)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *label = gtk_label_new (NULL);

  *matrix = thru_matrix_view_new ();
  if (show_list)
    {
      GtkWidget *list = thru_route_list_new ();

      thru_route_list_set_studio (THRU_ROUTE_LIST (list), studio);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
      g_object_ref_sink (*matrix);
    }
  else
    {
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), *matrix);
    }
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_top (label, 8);
  gtk_widget_set_margin_bottom (label, 8);
  g_signal_connect (*matrix, "notify::sentence", G_CALLBACK (sentence_cb), label);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), label);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), "Thruwall");
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);

  return window;
}

static void
measure (GtkWidget  *window,
         ThruStudio *studio)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  guint n_frames = 0, n_wakes;
  double cpu;

  g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame_cb), &n_frames);
  thru_demo_studio_set_pace (THRU_DEMO_STUDIO (studio), 30);
  run_for (500);
  n_frames = 0;
  cpu = get_cpu_ms ();
  run_for ((guint) seconds * 1000);
  cpu = get_cpu_ms () - cpu;
  g_print ("moving       %6.1f frames/s, %5.1f %% of a processor, %5.2f ms a frame\n",
           (double) n_frames / seconds, cpu / seconds / 10, cpu / MAX (n_frames, 1));

  thru_demo_studio_set_pace (THRU_DEMO_STUDIO (studio), 0);
  run_for (2500);
  n_frames = 0;
  cpu = get_cpu_ms ();
  n_wakes = run_for ((guint) seconds * 1000);
  cpu = get_cpu_ms () - cpu;
  g_print ("quiet        %6.1f frames/s, %5.2f %% of a processor, %.1f wake-ups/s\n",
           (double) n_frames / seconds, cpu / seconds / 10, (double) n_wakes / seconds);
  g_print ("memory       %6.1f MB\n", get_resident_mb ());
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(ThruStudio) studio = NULL;
  g_autoptr(GError) error = NULL;
  GtkWidget *window, *matrix, *scroller;
  gint64 start;
  guint n_frames = 0;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  adw_init ();
  if (right_to_left)
    {
      gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
    }
  studio = thru_demo_studio_new ((guint) n_rooms, (guint) n_devices);

  start = g_get_monotonic_time ();
  window = create_window (&matrix, studio);
  thru_matrix_view_set_studio (THRU_MATRIX_VIEW (matrix), studio);
  if (!as_it_starts)
    {
      thru_matrix_view_set_all_folded (THRU_MATRIX_VIEW (matrix), FALSE);
    }
  thru_matrix_view_set_zoom (THRU_MATRIX_VIEW (matrix), zoom);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (count_frame_cb), &n_frames);
  while (n_frames == 0)
    {
      g_main_context_iteration (NULL, TRUE);
    }
  g_print ("first frame  %6.1f ms\n", (double) (g_get_monotonic_time () - start) / 1000);

  scroller = gtk_widget_get_parent (matrix);
  if (scroller != NULL)
    {
      press_keys (matrix);
      gtk_adjustment_set_value (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (scroller)), scroll_x);
      gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)), scroll_y);
    }
  if (picture != NULL)
    {
      run_for (1200);
      save_picture (window);
    }
  else
    {
      measure (window, studio);
    }
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
