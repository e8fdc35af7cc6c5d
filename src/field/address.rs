use super::text::checked_text_type;

checked_text_type! {
    /// A MAC address in lower case with colons (`MACAddress`).
    ///
    /// ```
    /// use versioned_objects::field::MacAddress;
    ///
    /// let address: MacAddress = "00-1A-2b-3c-4d-5e".parse()?;
    /// assert_eq!(address.as_str(), "00:1a:2b:3c:4d:5e");
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    MacAddress, "MACAddress" MacAddress, wanted: "a MAC address",
    normal: |text| {
        let text = text.to_ascii_lowercase().replace('-', ":");
        has_form(line(&text), "hh:hh:hh:hh:hh:hh").then_some(text)
    },
    is_own_form: |text, value| text == line(value.as_str())
}

checked_text_type! {
    /// A PCI address in lower case, `0000:0a:1f.7` (`PCIAddress`).
    PciAddress, "PCIAddress" PciAddress, wanted: "a PCI address",
    normal: |text| {
        let text = text.to_lowercase();
        has_form(line(&text), "hhhh:hh:bh*o").then_some(text)
    },
    is_own_form: |text, value| text == line(value.as_str())
}

/// Without the newline at the end that the reference's patterns let pass, and keep.
fn line(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

/// Whether the text is made as the form says: `h` is a hexadecimal digit, `b` a binary and `o` an octal one,
/// `*` anything in a line, and all else itself.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(c, form)| match form {
        'h' => matches!(c, '0'..='9' | 'a'..='f'),
        'b' => matches!(c, '0' | '1'),
        'o' => matches!(c, '0'..='7'),
        '*' => c != '\n',
        form => c == form,
    };
    text.chars().count() == form.len() && text.chars().zip(form.chars()).all(fits)
}
