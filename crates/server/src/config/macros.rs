//! Declares a section once: struct, defaults and the documentation of each key.

/// Declares a configuration section. Doc comments of the fields become the reference.
macro_rules! section {
    (
        $(#[doc = $section_doc:expr])*
        $name:ident in $path:literal {
            $( $(#[doc = $doc:expr])* $field:ident: $ty:ty = $default:expr ),* $(,)?
            $( ; nested $(#[doc = $sub_doc:expr])* $sub:ident: $sub_ty:ty )?
        }
    ) => {
        $(#[doc = $section_doc])*
        #[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $ty, )*
            $( $(#[doc = $sub_doc])* pub $sub: $sub_ty, )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* $( $sub: Default::default(), )? }
            }
        }

        impl $name {
            /// This section for the reference.
            pub(crate) fn describe() -> $crate::config::reference::Section {
                let defaults = Self::default();
                $crate::config::reference::Section {
                    name: $path,
                    doc: concat!($($section_doc, "\n"),*),
                    keys: vec![$(
                        $crate::config::reference::Key {
                            name: stringify!($field),
                            doc: concat!($($doc, "\n"),*),
                            default: $crate::config::reference::toml_value(&defaults.$field),
                        },
                    )*],
                }
            }
        }
    };
}
pub(crate) use section;
