/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-view-title.h"

#include <glib/gi18n.h>

struct _ThruViewTitle
{
  GtkWidget parent_instance;

  /* Children */
  GtkWidget *switcher;
  GtkWidget *name;

  gboolean   enabled;
  gboolean   squeezed;
};

enum
{
  PROP_0,
  PROP_SQUEEZED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ThruViewTitle, thru_view_title, GTK_TYPE_WIDGET)

static void
set_squeezed (ThruViewTitle *self,
              gboolean       squeezed)
{
  if (self->squeezed == squeezed)
    return;

  self->squeezed = squeezed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SQUEEZED]);
}

/* As narrow as the name, as wide as the switcher would like to be. */
static void
thru_view_title_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  ThruViewTitle *self = THRU_VIEW_TITLE (widget);
  int switcher_minimum, switcher_natural;

  gtk_widget_measure (self->name, orientation, -1, minimum, natural, NULL, NULL);
  if (!self->enabled)
    return;

  gtk_widget_measure (self->switcher, orientation, -1, &switcher_minimum, &switcher_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = MAX (*minimum, switcher_minimum);
  *natural = MAX (*natural, switcher_natural);
}

static void
thru_view_title_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  ThruViewTitle *self = THRU_VIEW_TITLE (widget);
  gboolean fits;
  int natural;

  gtk_widget_measure (self->switcher, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  fits = natural <= width;

  gtk_widget_set_child_visible (self->switcher, self->enabled && fits);
  gtk_widget_set_child_visible (self->name, !self->enabled || !fits);
  gtk_widget_allocate (self->enabled && fits ? self->switcher : self->name, width, height, baseline, NULL);
  set_squeezed (self, self->enabled && !fits);
}

static void
thru_view_title_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  ThruViewTitle *self = THRU_VIEW_TITLE (object);

  switch (prop_id)
    {
    case PROP_SQUEEZED:
      g_value_set_boolean (value, self->squeezed);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thru_view_title_dispose (GObject *object)
{
  ThruViewTitle *self = THRU_VIEW_TITLE (object);

  g_clear_pointer (&self->switcher, gtk_widget_unparent);
  g_clear_pointer (&self->name, gtk_widget_unparent);

  G_OBJECT_CLASS (thru_view_title_parent_class)->dispose (object);
}

static void
thru_view_title_class_init (ThruViewTitleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = thru_view_title_dispose;
  object_class->get_property = thru_view_title_get_property;
  widget_class->measure = thru_view_title_measure;
  widget_class->size_allocate = thru_view_title_size_allocate;

  properties[PROP_SQUEEZED] = g_param_spec_boolean ("squeezed", NULL, NULL, FALSE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
thru_view_title_init (ThruViewTitle *self)
{
  self->switcher = g_object_new (ADW_TYPE_VIEW_SWITCHER, "policy", ADW_VIEW_SWITCHER_POLICY_WIDE, NULL);
  gtk_widget_set_parent (self->switcher, GTK_WIDGET (self));
  self->name = adw_window_title_new (_("Thruwall"), NULL);
  gtk_widget_set_parent (self->name, GTK_WIDGET (self));
}

void
thru_view_title_set_stack (ThruViewTitle *self,
                           AdwViewStack  *stack)
{
  g_return_if_fail (THRU_IS_VIEW_TITLE (self));

  adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (self->switcher), stack);
}

void
thru_view_title_set_enabled (ThruViewTitle *self,
                             gboolean       enabled)
{
  g_return_if_fail (THRU_IS_VIEW_TITLE (self));

  if (self->enabled == enabled)
    return;

  self->enabled = enabled;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

gboolean
thru_view_title_get_squeezed (ThruViewTitle *self)
{
  g_return_val_if_fail (THRU_IS_VIEW_TITLE (self), FALSE);

  return self->squeezed;
}
