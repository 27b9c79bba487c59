export const regionShape = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;
export const accountShape = /^\d{12}$/;
